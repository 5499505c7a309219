import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ChoicesProvider } from './choices.tsx';
import { Shell } from './shell/shell.tsx';
import { settings } from './stores.ts';
import { useSnapshot } from './announced.ts';
import { cssVariables, theme } from './theme.ts';

/** The setting is the truth; Mantine's own memory only saves the first frame from the wrong colours. */
function ColorSchemeFromSettings() {
  const wanted = useSnapshot(settings, null)?.colorScheme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (wanted !== undefined) setColorScheme(wanted);
  }, [wanted, setColorScheme]);
  return null;
}

export function App() {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } }),
  );
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ChoicesProvider>
          <ColorSchemeFromSettings />
          <Notifications position="bottom-right" autoClose={6000} limit={3} />
          <Shell />
        </ChoicesProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
