import { Switch } from '@mantine/core';
import type { SettingsChange } from '../../../shared/settings.ts';
import { useSnapshot } from '../../announced.ts';
import { ask } from '../../api.ts';
import { settings } from '../../stores.ts';

/** Whether the database is kept in step, and whether that outlives the window. */
export function SyncSwitches() {
  const known = useSnapshot(settings, null);
  const isSync = known?.sync ?? false;
  return (
    <div className="switches">
      <Switch
        label="Keep in step"
        aria-label="Keep in step"
        description="Goes on after the import: lines that Claude Code writes come into the database within seconds. Begins by itself whenever Tokenhouse starts."
        checked={isSync}
        onChange={(event) => change({ sync: event.currentTarget.checked })}
      />
      <Switch
        label="Go on in the tray when the window is closed"
        aria-label="Go on in the tray when the window is closed"
        description={
          isSync
            ? 'Closing the window leaves an icon in the tray. Without this, or on a desktop without a tray, closing the window ends Tokenhouse.'
            : 'Needs “Keep in step”: there is nothing to go on with while it is off.'
        }
        disabled={!isSync}
        checked={isSync && (known?.tray ?? false)}
        onChange={(event) => change({ tray: event.currentTarget.checked })}
      />
    </div>
  );
}

function change(part: SettingsChange): void {
  // Applied when main announces or answers it; refused only when the settings cannot be written.
  settings.through(ask.changeSettings(part)).catch(() => undefined);
}
