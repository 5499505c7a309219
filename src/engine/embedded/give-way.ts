import { readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Niceness of the database: with processors to spare it costs nothing. */
const courtesy = 5;

/**
 * Niceness of its session. Less, as it counts against all programs of the machine and not only the window: beside other
 * busy programs, imports took up to twice as long with 5, and no longer with 2.
 */
const sessionCourtesy = 2;

/**
 * What a person looks at goes before what is imported meanwhile.
 *
 * To be called before there are threads, which inherit the niceness. Linux compares niceness only within a session where
 * it groups processes by session (`sched_autogroup`, most desktops): the database, which leads a session of its own,
 * would take as much as the window and all of its threads together. So the whole session gives way too.
 */
export function giveWay(): void {
  if (getPriority() < courtesy) setPriority(courtesy);
  if (process.platform === 'linux' && leadsSession()) sessionGivesWay(3);
}

function sessionGivesWay(attempts: number): void {
  try {
    writeFileSync('/proc/self/autogroup', String(sessionCourtesy));
  } catch (error) {
    // No such groups here, or not ours to change: then it is as it was. But for those without privileges Linux takes one
    // such wish in 100 ms from the whole machine, and answers others with EAGAIN (proc_sched_autogroup_set_nice).
    if (attempts <= 1 || (error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 110);
    sessionGivesWay(attempts - 1);
  }
}

/** Whether the session is ours alone; in somebody's terminal it has other processes. */
function leadsSession(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // After the name, which may hold anything: state, parent, group, session.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === process.pid;
}
