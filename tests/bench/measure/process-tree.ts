import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Processes can be measured where there is a /proc; elsewhere only the wall is. */
export const canMeasureProcesses = existsSync('/proc/self/stat');

/** USER_HZ: the same on all Linux systems in use. */
const ticksPerSecond = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since boot: tells a process from a later one with the same number. */
  readonly start: string;
  readonly cpuSeconds: number;
  /** A zombie holds nothing any more. */
  readonly isAlive: boolean;
}

/**
 * A process, all it starts, and all that work on a data directory, for as long as any of them lives.
 *
 * The embedded server is detached, joined by others and outlives the command that started it: it is found by its parent
 * while that lives, and by its arguments.
 */
export class ProcessTree {
  /** CPU seconds of each process when it was last seen, by number and start. */
  readonly #cpu = new Map<string, number>();
  readonly #members = new Map<number, string>();
  readonly #dataDir: string;
  #looks = 0;
  /** The most memory that all held at once, as resident sets: pages that several share are counted for each. */
  peakBytes = 0;
  /** What all held when they were last looked at, counted in the same way. */
  residentBytes = 0;

  constructor(root: number, dataDir: string) {
    const stat = readStat(root);
    if (stat) this.#members.set(root, stat.start);
    this.#dataDir = dataDir;
  }

  /** Looks at all members, and every few times for new ones. Answers whether any is alive. */
  look(): boolean {
    this.#looks += 1;
    if (this.#looks % 5 === 1) this.#findNew();
    let memory = 0;
    for (const [pid, start] of this.#members) {
      const stat = readStat(pid);
      if (stat?.start !== start || !stat.isAlive) {
        this.#members.delete(pid);
        continue;
      }
      this.#cpu.set(`${pid} ${start}`, stat.cpuSeconds);
      memory += residentBytes(pid);
    }
    this.residentBytes = memory;
    this.peakBytes = Math.max(this.peakBytes, memory);
    return this.#members.size > 0;
  }

  /** User and system time of all processes until now. */
  get cpuSeconds(): number {
    return [...this.#cpu.values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  #findNew(): void {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid || this.#members.has(pid)) continue;
      const stat = readStat(pid);
      if (!stat?.isAlive) continue;
      if (this.#members.has(stat.parent) || worksOn(pid, this.#dataDir)) this.#members.set(pid, stat.start);
    }
  }
}

function readStat(pid: number): Stat | undefined {
  const text = readProc(pid, 'stat');
  if (text === undefined) return undefined;
  // The name in parentheses may hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(fields[1]),
    start: fields[19] ?? '',
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    isAlive: fields[0] !== 'Z' && fields[0] !== 'X',
  };
}

const pageBytes = 4096;

function residentBytes(pid: number): number {
  return Number(readProc(pid, 'statm')?.split(' ')[1] ?? 0) * pageBytes;
}

function worksOn(pid: number, dataDir: string): boolean {
  const args = readProc(pid, 'cmdline')?.split('\0') ?? [];
  return args[args.indexOf('--data-dir') + 1] === dataDir;
}

/** Undefined for a process that has ended or is somebody else's. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
