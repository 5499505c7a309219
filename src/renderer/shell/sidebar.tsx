import { NavLink, SegmentedControl, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconDatabaseImport, IconFolders, IconShieldCheck, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSnapshot } from '../announced.ts';
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
  const hints: Partial<Record<Screen, string | null>> = { migrate: useRunHint(), verify: useVerifyHint() };
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
              (hints[id] ?? null) !== null ? (
                <span className="sidebar__hint">{hints[id]}</span>
              ) : (
                <kbd className="sidebar__hint" aria-hidden>
                  {app === undefined ? '' : `${app.platform === 'darwin' ? '⌘' : 'Ctrl+'}${index + 1}`}
                </kbd>
              )
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

/** What the run does, in a word; null while there is none. */
function useRunHint(): string | null {
  const run = useSnapshot(currentRun, null);
  const { share } = useRunTrace();
  if (run?.status === 'paused' || run?.status === 'elsewhere') return run.status;
  if (run?.status !== 'running') return null;
  if (isWaiting(run.progress)) return 'waiting';
  return run.progress.phase === 'watching' ? 'in step' : percent(share);
}

/** How far a verification is; null while there is none. */
function useVerifyHint(): string | null {
  const view = useSnapshot(verification, null);
  if (view?.status !== 'running') return null;
  return percent(shareOf(view));
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
