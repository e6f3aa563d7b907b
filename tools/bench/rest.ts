/** Waits until processes have nothing left to do of their own: compactions, statistics, collections after a start. Linux only. */
import { readFileSync } from 'node:fs';

/** Clock ticks of /proc/<pid>/stat, per second [proc(5): sysconf(_SC_CLK_TCK), 100 everywhere]. */
const TICKS = 100;
const LOOK_MS = 1000;
/** So many looks in a row at rest. */
const LOOKS = 5;
const BUSY_SHARE = 0.05;
const PATIENCE_MS = 1_200_000;

/** Seconds that it took. Throws when they do not come to rest. */
export async function rest(pids: readonly number[]): Promise<number> {
  const began = performance.now();
  let calm = 0;
  for (let before = ticksOf(pids); calm < LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = ticksOf(pids);
    calm = (now - before) / TICKS / (LOOK_MS / 1000) < BUSY_SHARE ? calm + 1 : 0;
    before = now;
    if (performance.now() - began > PATIENCE_MS) throw new Error('hub or store do not come to rest');
  }
  return (performance.now() - began) / 1000;
}

function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticks(pid), 0);
}

/** utime and stime: fields 14 and 15; the second field is a name in brackets, with spaces perhaps. */
function ticks(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
