import { announcementNames, requestNames } from '../../src/shared/contract.ts';
import { expect, test } from './tokenhouse.ts';

test('the page has no Node, no Electron, and nothing but the contract', async ({ start }) => {
  const { app, page } = await start();
  const globals = await page.evaluate(() =>
    [
      'process',
      'require',
      'module',
      'exports',
      'Buffer',
      'global',
      '__dirname',
      'electron',
      'ipcRenderer',
    ].filter((name) => name in globalThis),
  );
  expect(globals).toEqual([]);
  expect((await page.evaluate(() => Object.keys(window.api))).toSorted()).toEqual(
    [...requestNames, 'on', 'pathOf'].toSorted(),
  );
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
});

test('listening gives the page values only, and only what is announced', async ({ start }) => {
  const { page } = await start();
  const refusal = await page.evaluate(() => {
    try {
      (window.api.on as (name: string, listener: () => void) => void)('some-other-channel', () => undefined);
      return 'none';
    } catch (error) {
      return String(error);
    }
  });
  expect(refusal).toContain('some-other-channel');
  const counts = await page.evaluate(async (names) => {
    const heard: unknown[][] = [];
    const stops = names.map((name) => window.api.on(name, (...all: unknown[]) => heard.push(all)));
    await window.api.changeSettings({ colorScheme: 'light' });
    for (const stop of stops) stop();
    const before = heard.length;
    await window.api.changeSettings({ colorScheme: 'auto' });
    return { all: heard.every((values) => values.length === 1), before, after: heard.length };
  }, announcementNames);
  expect(counts.all).toBe(true);
  expect(counts.before).toBeGreaterThan(0);
  expect(counts.after).toBe(counts.before);
});

test('a content security policy is sent and obeyed', async ({ start }) => {
  const { page } = await start();
  const policy = await page.evaluate(async () =>
    (await fetch(location.href)).headers.get('content-security-policy'),
  );
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
  const results = await page.evaluate(async () => {
    const tried: Record<string, boolean> = {};
    const script = document.createElement('script');
    script.textContent = 'window.inlineScriptRan = true';
    document.body.append(script);
    tried['inline script'] = 'inlineScriptRan' in window;
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
    await new Promise((done) => setTimeout(done, 300));
    tried['frame'] = frame.contentWindow?.length === undefined;
    tried['fetch'] = await fetch('https://example.com/').then(
      () => true,
      () => false,
    );
    script.remove();
    frame.remove();
    return tried;
  });
  expect(results).toEqual({ 'inline script': false, frame: false, fetch: false });
});

test('our own scheme serves the window and nothing beside it', async ({ start }) => {
  const { page } = await start();
  const status = (address: string) => page.evaluate(async (asked) => (await fetch(asked)).status, address);
  expect(await status('app://tokenhouse/index.html')).toBe(200);
  for (const address of [
    'app://tokenhouse/..%2fmain%2findex.js',
    'app://tokenhouse/%2e%2e/main/index.js',
    'app://tokenhouse/../main/index.js',
    'app://tokenhouse/..%2f..%2fpackage.json',
    'app://tokenhouse/%2fetc%2fpasswd',
  ]) {
    expect(await status(address), address).toBe(404);
  }
});

test('the page can be led nowhere else and opens no window', async ({ start }) => {
  const { app, page } = await start();
  await app.evaluate(({ shell }) => {
    shell.openExternal = (address) => {
      const opened = ((globalThis as { opened?: string[] }).opened ??= []);
      opened.push(address);
      return Promise.resolve();
    };
  });
  await app.evaluate(({ BrowserWindow }) => {
    const refused: string[] = ((globalThis as { refused?: string[] }).refused = []);
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const note = (event: { readonly defaultPrevented: boolean; readonly url: string }): void => {
      if (event.defaultPrevented) refused.push(event.url);
    };
    webContents.on('will-frame-navigate', note);
    webContents.on('will-navigate', note);
  });
  // What Chromium refuses of its own accord never comes to the application; the page's console tells of it.
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const refusals = async (): Promise<string> =>
    [...complaints, ...(await app.evaluate(() => (globalThis as { refused?: string[] }).refused ?? []))].join(
      '\n',
    );
  const home = page.url();
  for (const address of [
    'https://example.com/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'data:text/html,hello',
  ]) {
    await page.evaluate((target) => {
      location.href = target;
    }, address);
    await expect.poll(refusals, address).toContain(address);
    expect(page.url(), address).toBe(home);
  }
  const opened = await page.evaluate(() =>
    ['https://example.com/', 'file:///etc/passwd', 'https://clickhouse.com/docs'].map(
      (address) => window.open(address) === null,
    ),
  );
  expect(opened).toEqual([true, true, true]);
  expect(app.windows()).toHaveLength(1);
  const handedOver = await app.evaluate(() => (globalThis as { opened?: string[] }).opened);
  expect(handedOver).toEqual(['https://clickhouse.com/docs']);
  expect(await page.evaluate(async () => (await window.api.getRun()).ok)).toBe(true);
});

test('no permission is granted, except to copy text', async ({ start }) => {
  const { page } = await start();
  const answers = await page.evaluate(async () => ({
    notification: await Notification.requestPermission(),
    place: await new Promise((done) => {
      navigator.geolocation.getCurrentPosition(
        () => done('granted'),
        () => done('denied'),
      );
    }),
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied',
    ),
    copy: (await navigator.permissions.query({ name: 'clipboard-write' as PermissionName })).state,
  }));
  expect(answers).toEqual({ notification: 'denied', place: 'denied', camera: 'denied', copy: 'granted' });
});

test('a foreign page is refused, even with our preload', async ({ start }) => {
  const { app } = await start();
  const answers = await app.evaluate(async ({ app: electronApp, BrowserWindow }) => {
    const preload = `${electronApp.getAppPath()}/out/preload/index.cjs`;
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await window.loadURL('data:text/html,<h1>foreign</h1>');
    const ask = (request: string): Promise<unknown> => window.webContents.executeJavaScript(request);
    const result = [await ask('window.api.getRun()'), await ask('window.api.startRun({})')];
    window.destroy();
    return result;
  });
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid-input' } });
  }
});
