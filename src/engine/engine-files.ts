/** Files of the installed product that the engine starts or reads. The roots of composition know where they are. */
export interface EngineFiles {
  /** Folder of the numbered schema migrations (`resources/migrations`). */
  readonly migrations: string;
  /** Built Piscina worker (`out/main/extract.worker.js`). */
  readonly extractWorker: string;
  /** Built Piscina worker that looks into files (`out/main/inspect.worker.js`). */
  readonly inspectWorker: string;
  /** Built Piscina worker that verifies (`out/main/verify.worker.js`). */
  readonly verifyWorker: string;
  /** Built script of the embedded database's process (`out/main/embedded-server.js`). */
  readonly embeddedServer: string;
}
