import { NavLink, SegmentedControl, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconDatabaseImport, IconFolders, IconShieldCheck, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { usePart, useSnapshot } from '../announced.ts';
import { ask } from '../api.ts';
import { percent } from '../format.ts';
import { useRunTrace } from '../run-trace.ts';
import { currentRun, settings, verification } from '../stores.ts';
import { shareOf } from '../verification-share.ts';
import { isWaiting } from '../waiting-words.ts';
import { DatabaseFoot } from './database-foot.tsx';
import type { Screen } from './shell.tsx';

const screens: readonly { readonly id: Screen; readonly label: string; readonly icon: Icon }[] = [
  { id: 'sources', label: 'Sources', icon: IconFolders },
  { id: 'migrate', label: 'Migrate', icon: IconDatabaseImport },
  { id: 'verify', label: 'Verify', icon: IconShieldCheck },
];

interface SidebarProps {
  readonly screen: Screen;
  readonly onScreen: (screen: Screen) => void;
}

export function Sidebar({ screen, onScreen }: SidebarProps) {
  const app = useQuery({ queryKey: ['app'], queryFn: () => ask.getAppInfo() }).data;
  return (
    <>
      <div className="sidebar__top" data-mac={app?.platform === 'darwin' || undefined}>
        <Text component="span" fw={600}>
          Tokenhouse
        </Text>
        <Text component="span" c="dimmed" fz={12}>
          {app?.version}
        </Text>
      </div>
      <div className="sidebar__screens">
        {screens.map(({ id, label, icon: ScreenIcon }, index) => (
          <NavLink
            key={id}
            component="button"
            type="button"
            className="sidebar__screen"
            active={screen === id}
            aria-current={screen === id ? 'page' : undefined}
            label={label}
            leftSection={<ScreenIcon size={16} stroke={1.75} aria-hidden />}
            rightSection={
              <Hint
                screen={id}
                shortcut={app === undefined ? '' : `${app.platform === 'darwin' ? '⌘' : 'Ctrl+'}${index + 1}`}
              />
            }
            onClick={() => onScreen(id)}
          />
        ))}
      </div>
      <div className="sidebar__foot">
        <DatabaseFoot />
        <ColorSchemeSwitch />
      </div>
    </>
  );
}

interface HintProps {
  readonly screen: Screen;
  readonly shortcut: string;
}

/** What goes on on a screen, in a word; its keys while there is nothing. */
function Hint({ screen, shortcut }: HintProps) {
  const run = useRunHint();
  const verify = usePart(verification, (view) => (view.status === 'running' ? percent(shareOf(view)) : null));
  const hint = screen === 'migrate' ? run : screen === 'verify' ? verify : null;
  if (hint !== null) return <span className="sidebar__hint">{hint}</span>;
  return (
    <kbd className="sidebar__hint" aria-hidden>
      {shortcut}
    </kbd>
  );
}

/** What the run does, in a word; null while there is none. */
function useRunHint(): string | null {
  const { share } = useRunTrace();
  return usePart(currentRun, (run) => {
    if (run.status === 'paused' || run.status === 'elsewhere') return run.status;
    if (run.status !== 'running') return null;
    if (isWaiting(run.progress)) return 'waiting';
    return run.progress.phase === 'watching' ? 'in step' : percent(share);
  });
}

const schemes = [
  { value: 'auto', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

function ColorSchemeSwitch() {
  const chosen = useSnapshot(settings, null)?.colorScheme ?? 'auto';
  return (
    <Tooltip label="Colours: as the system, light or dark" position="right">
      <div>
        <VisuallyHidden id="colours">Colours</VisuallyHidden>
        <SegmentedControl
          aria-labelledby="colours"
          className="sidebar__colours"
          fullWidth
          size="xs"
          value={chosen}
          data={[...schemes]}
          onChange={(colorScheme) => {
            // Applied when main announces or answers it; refused only when the settings cannot be written.
            settings.through(ask.changeSettings({ colorScheme })).catch(() => undefined);
          }}
        />
      </div>
    </Tooltip>
  );
}
