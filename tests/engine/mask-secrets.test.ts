import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/engine/mask-secrets.ts';

describe('maskSecrets', () => {
  it.each([
    ['https://me:hunter2@host:8443/db', 'https://me:***@host:8443/db'],
    ['clickhouse://default:p%40ss@10.0.0.1', 'clickhouse://default:***@10.0.0.1'],
    ['http://host/?user=me&password=hunter2&x=1', 'http://host/?user=me&password=***&x=1'],
    ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: Bearer ***'],
    ['key sk-ant-api03-abcdefgh is wrong', 'key *** is wrong'],
    ['http://host:8123/ping took 3 ms', 'http://host:8123/ping took 3 ms'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it('masks text under the name of a secret at any depth, and no counts', () => {
    const value = {
      password: 'hunter2',
      options: [{ apiKey: 'k', passwordEnv: 'CH_PASSWORD' }],
      tokens: 12,
      outputTokens: 7,
      accessToken: 'abc',
    };
    expect(maskSecrets(value)).toEqual({
      password: '***',
      options: [{ apiKey: '***', passwordEnv: 'CH_PASSWORD' }],
      tokens: 12,
      outputTokens: 7,
      accessToken: '***',
    });
  });

  it('masks what an error says and carries', () => {
    const error = Object.assign(new Error('connect to http://me:hunter2@host failed'), {
      password: 'hunter2',
    });
    expect(JSON.stringify(maskSecrets({ error }))).not.toContain('hunter2');
  });

  it('leaves the original as it was', () => {
    const value = { password: 'hunter2' };
    maskSecrets(value);
    expect(value.password).toBe('hunter2');
  });
});
