import { app, protocol, session, shell, type WebContents } from 'electron';
import type { Log } from '../engine/log.ts';
import { answerWithFile, isKnownSite, originOf, scheme } from './renderer-files.ts';

/** Must run before the application is ready. */
export function declareScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
}

/** Serves the built window from `directory` under our own scheme. */
export function serveWindow(directory: string): void {
  protocol.handle(scheme, (request) => answerWithFile(request, directory));
}

/** Pages get no permission, except ours the one to copy text. */
export function denyPermissions(origin: string): void {
  const isAllowed = (permission: string, asking: string): boolean =>
    permission === 'clipboard-sanitized-write' && originOf(asking) === origin;
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(isAllowed(permission, details.requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, asking) => isAllowed(permission, asking));
  defaultSession.setDevicePermissionHandler(() => false);
}

/** Every page there will ever be stays where it is and opens nothing. */
export function confineContents(origin: string, log: Log): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, origin, log));
}

function confine(contents: WebContents, origin: string, log: Log): void {
  const refuse = (event: { preventDefault(): void; readonly url: string }): void => {
    if (originOf(event.url) === origin) return;
    event.preventDefault();
    log.warn('A navigation was refused', { url: event.url });
  };
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openSite(url, log);
    return { action: 'deny' };
  });
}

/** Opens an address in the system's browser when it is one of the few known ones. */
export function openSite(url: string, log: Log): void {
  if (!isKnownSite(url)) return log.warn('A site was refused', { url });
  shell.openExternal(url).catch((error: unknown) => log.warn('A site could not be opened', { url, error }));
}
