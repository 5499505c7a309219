/** Where the engine writes what happened; the roots of composition decide where it goes. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A log whose every line carries these fields as well, such as the id of the run. */
export function withFields(log: Log, fields: Readonly<Record<string, unknown>>): Log {
  return {
    debug: (message, more) => log.debug(message, { ...fields, ...more }),
    info: (message, more) => log.info(message, { ...fields, ...more }),
    warn: (message, more) => log.warn(message, { ...fields, ...more }),
    error: (message, more) => log.error(message, { ...fields, ...more }),
  };
}

/** A log that writes to several places. */
export function toAll(...logs: readonly Log[]): Log {
  return {
    debug: (message, fields) => logs.forEach((log) => log.debug(message, fields)),
    info: (message, fields) => logs.forEach((log) => log.info(message, fields)),
    warn: (message, fields) => logs.forEach((log) => log.warn(message, fields)),
    error: (message, fields) => logs.forEach((log) => log.error(message, fields)),
  };
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
