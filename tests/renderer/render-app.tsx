import { render } from '@testing-library/react';
import { App } from '../../src/renderer/app.tsx';
import { FakeApi, type FakeOptions } from './fake-api.ts';

/** The whole window against a fake main process. */
export function renderApp(options: FakeOptions = {}): FakeApi {
  location.hash = '';
  const fake = new FakeApi(options);
  Object.assign(window, { api: fake.api });
  render(<App />);
  return fake;
}
