import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { DiscoveryFilters } from '../../../shared/discovery.ts';
import { ask, failureOf } from '../../api.ts';
import { useChoices } from '../../choices.tsx';
import { failureText } from '../../failure-text.ts';
import { middleCut } from '../../format.ts';
import { discovery, settings } from '../../stores.ts';

function tell(error: unknown) {
  const failure = failureOf(error);
  notifications.show({ color: 'red', title: failureText(failure.code).title, message: failure.message });
}

/** What a person can do on the Sources screen. Main scans anew by itself when the folders change. */
export function useSources() {
  const { filters, setFilters } = useChoices();
  const scan = useMutation({
    mutationFn: (wanted: DiscoveryFilters) => discovery.through(ask.startDiscovery(wanted)),
    onError: tell,
  });
  const addFolder = useMutation({
    mutationFn: () => ask.pickFolder(),
    onError: tell,
  });
  const addDropped = useMutation({
    mutationFn: (paths: readonly string[]) => settings.through(ask.addRoots(paths)),
    onError: tell,
  });
  const removeFolder = useMutation({
    mutationFn: (path: string) => settings.through(ask.removeRoot(path)),
    onError: tell,
  });
  const exportManifest = useMutation({
    mutationFn: () => ask.exportManifest(),
    onSuccess: (path) =>
      path !== null && notifications.show({ title: 'Manifest written', message: middleCut(path, 64) }),
    onError: tell,
  });
  return {
    filters,
    rescan: () => scan.mutate(filters),
    scanWith: (next: DiscoveryFilters) => {
      setFilters(next);
      scan.mutate(next);
    },
    addFolder: () => addFolder.mutate(),
    addDropped: (paths: readonly string[]) => addDropped.mutate(paths),
    removeFolder: (path: string) => removeFolder.mutate(path),
    exportManifest: () => exportManifest.mutate(),
    isExporting: exportManifest.isPending,
  };
}
