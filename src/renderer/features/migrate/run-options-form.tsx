import { Checkbox, NumberInput } from '@mantine/core';
import type { RunOptionsInput } from '../../../shared/run.ts';

interface RunOptionsFormProps {
  readonly options: RunOptionsInput;
  readonly onChange: (options: RunOptionsInput) => void;
}

/** Nobody needs these for a first run: empty means the default that the placeholder names. */
export function RunOptionsForm({ options, onChange }: RunOptionsFormProps) {
  const set = (name: 'batchRows' | 'concurrency' | 'memoryLimitMb') => (value: number | string) => {
    const { [name]: _before, ...rest } = options;
    onChange(typeof value === 'number' ? { ...rest, [name]: value } : rest);
  };
  return (
    <div className="options">
      <Checkbox
        label="Dry run"
        description="Reads and counts everything, writes nothing"
        checked={options.dryRun === true}
        onChange={(event) => onChange({ ...options, dryRun: event.currentTarget.checked })}
      />
      <div className="options__numbers">
        <NumberInput
          label="Rows per insert"
          description="1 to 1,000,000"
          placeholder="50,000"
          min={1}
          max={1_000_000}
          clampBehavior="strict"
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          value={options.batchRows ?? ''}
          onChange={set('batchRows')}
        />
        <NumberInput
          label="Workers"
          description="Threads that parse, up to 64"
          placeholder="By the machine"
          min={0}
          max={64}
          clampBehavior="strict"
          allowDecimal={false}
          hideControls
          value={options.concurrency ?? ''}
          onChange={set('concurrency')}
        />
        <NumberInput
          label="Memory limit"
          description="Database included, 1,000 MiB at least"
          placeholder="1,500 MiB"
          suffix=" MiB"
          min={1000}
          clampBehavior="blur"
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          value={options.memoryLimitMb ?? ''}
          onChange={set('memoryLimitMb')}
        />
      </div>
    </div>
  );
}
