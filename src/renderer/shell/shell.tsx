import { AppShell } from '@mantine/core';
import { useHash, useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { RunState } from '../../shared/run.ts';
import { useSnapshot } from '../announced.ts';
import { ask } from '../api.ts';
import { useChoices } from '../choices.tsx';
import { MigrateScreen } from '../features/migrate/migrate-screen.tsx';
import { SourcesScreen } from '../features/sources/sources-screen.tsx';
import { currentRun, discovery } from '../stores.ts';
import { useRunTrace } from '../run-trace.ts';
import { StatusBar } from './status-bar.tsx';
import { Sidebar } from './sidebar.tsx';
import { StatusSlot } from '../ui/status-line.tsx';
import './shell.css';

const screens = ['sources', 'migrate'] as const;
export type Screen = (typeof screens)[number];

export function Shell() {
  const [screen, setScreen] = useScreen();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  useHotkeys([
    ['1', () => setScreen('sources')],
    ['2', () => setScreen('migrate')],
  ]);
  useRunTrace();
  useFirstScan();
  useAfterRun();
  return (
    <StatusSlot value={slot}>
      <AppShell layout="alt" padding={0} navbar={{ width: 208, breakpoint: 0 }} footer={{ height: 28 }}>
        <AppShell.Navbar className="sidebar" aria-label="Screens and database">
          <Sidebar screen={screen} onScreen={setScreen} />
        </AppShell.Navbar>
        <AppShell.Main className="main">
          {screen === 'sources' ? (
            <SourcesScreen onMigrate={() => setScreen('migrate')} />
          ) : (
            <MigrateScreen />
          )}
        </AppShell.Main>
        <AppShell.Footer className="status-bar">
          <StatusBar slotRef={setSlot} />
        </AppShell.Footer>
      </AppShell>
    </StatusSlot>
  );
}

/** The screen is the address's fragment, so that the native menus can open one too. */
function useScreen(): readonly [Screen, (screen: Screen) => void] {
  const [hash, setHash] = useHash({ getInitialValueInEffect: false });
  return [screens.find((screen) => hash === `#${screen}`) ?? 'sources', setHash];
}

/** Looks for files by itself when the window opens and nobody has looked yet. */
function useFirstScan() {
  const { filters } = useChoices();
  const status = useSnapshot(discovery, null)?.status;
  const asked = useRef(false);
  useEffect(() => {
    if (status !== 'idle' || asked.current) return;
    asked.current = true;
    // A failure arrives as the discovery's own state.
    discovery.through(ask.startDiscovery(filters)).catch(() => undefined);
  }, [status, filters]);
}

/** A finished run changes what was asked before, here or in another process. Main scans anew by itself. */
function useAfterRun() {
  const queries = useQueryClient();
  const run = useSnapshot(currentRun, null);
  const last = useRef<RunState | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = run;
    if (run === null || before === null) return;
    const isFinished = 'report' in run && !('report' in before && before.report.runId === run.report.runId);
    const wasElsewhere = before.status === 'elsewhere' && run.status !== 'elsewhere';
    if (isFinished || wasElsewhere) void queries.invalidateQueries();
  }, [run, queries]);
}
