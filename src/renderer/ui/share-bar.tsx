import { Progress } from '@mantine/core';
import './share-bar.css';

interface ShareBarProps {
  /** What grows, for those who hear the bar. */
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
}

/** How much of something long is done. */
export function ShareBar({ label, share }: ShareBarProps) {
  const thousandths = Math.floor(share * 1000);
  return (
    <Progress.Root size={8} className="run-bar__bar">
      <Progress.Section
        className="run-bar__done"
        style={{ '--share': thousandths / 1000 }}
        value={thousandths / 10}
        aria-label={label}
      />
    </Progress.Root>
  );
}
