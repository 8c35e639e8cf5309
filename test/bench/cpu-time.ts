import { readFileSync } from 'node:fs';

/** A tick of Linux, as it tells it to programs. */
const TICK_MS = 10;

/** Milliseconds that a process has had of a processor, all its threads together; `undefined` on systems that do not tell. */
export function cpuTimeOf(pid: number): number | undefined {
  try {
    return cpuTimeIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param stat a line of Linux's `/proc/PID/stat`: the second field, a name between brackets, may hold anything */
export function cpuTimeIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime, the 14th and the 15th: the third is the first behind the name.
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
