import { AppShell } from '@mantine/core';
import { useHash, useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { assertNever } from '../../shared/failure.ts';
import type { RunState } from '../../shared/run.ts';
import { useSnapshot } from '../announced.ts';
import { ask } from '../api.ts';
import { useChoices } from '../choices.tsx';
import { MigrateScreen } from '../features/migrate/migrate-screen.tsx';
import { SourcesScreen } from '../features/sources/sources-screen.tsx';
import { VerifyScreen } from '../features/verify/verify-screen.tsx';
import { currentRun, discovery, verification } from '../stores.ts';
import { useRunTrace } from '../run-trace.ts';
import { StatusBar } from './status-bar.tsx';
import { Sidebar } from './sidebar.tsx';
import { StatusSlot } from '../ui/status-line.tsx';
import './shell.css';

const screens = ['sources', 'migrate', 'verify'] as const;
export type Screen = (typeof screens)[number];

export function Shell() {
  const [screen, setScreen] = useScreen();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  useHotkeys([
    ['1', () => setScreen('sources')],
    ['2', () => setScreen('migrate')],
    ['3', () => setScreen('verify')],
  ]);
  return (
    <StatusSlot value={slot}>
      <Chores />
      <AppShell layout="alt" padding={0} navbar={{ width: 208, breakpoint: 0 }} footer={{ height: 28 }}>
        <AppShell.Navbar className="sidebar" aria-label="Screens and database">
          <Sidebar screen={screen} onScreen={setScreen} />
        </AppShell.Navbar>
        <AppShell.Main className="main">
          <CurrentScreen screen={screen} onMigrate={() => setScreen('migrate')} />
        </AppShell.Main>
        <AppShell.Footer className="status-bar">
          <StatusBar slotRef={setSlot} />
        </AppShell.Footer>
      </AppShell>
    </StatusSlot>
  );
}

/** What goes on on every screen. Apart from the shell, which would be drawn anew with each announcement. */
function Chores() {
  useRunTrace();
  useFirstScan();
  useAfterRun();
  useAfterVerification();
  return null;
}

function CurrentScreen({ screen, onMigrate }: { readonly screen: Screen; readonly onMigrate: () => void }) {
  switch (screen) {
    case 'sources':
      return <SourcesScreen onMigrate={onMigrate} />;
    case 'migrate':
      return <MigrateScreen />;
    case 'verify':
      return <VerifyScreen />;
    default:
      return assertNever(screen);
  }
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

/** A verification notes the runs before it as verified, and is one more in the list. */
function useAfterVerification() {
  const queries = useQueryClient();
  const status = useSnapshot(verification, null)?.status ?? null;
  const last = useRef(status);
  useEffect(() => {
    const before = last.current;
    last.current = status;
    const wasActive = before === 'running' || before === 'cancelling';
    if (wasActive && status !== 'running' && status !== 'cancelling') void queries.invalidateQueries();
  }, [status, queries]);
}
