import type { Log } from '../../src/engine/log.ts';

export interface Said {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that a test can read. */
export function memoryLog(): Log & { readonly said: readonly Said[] } {
  const said: Said[] = [];
  const say =
    (level: keyof Log): Log['info'] =>
    (message, fields = {}) => {
      said.push({ level, message, fields });
    };
  return { said, debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
