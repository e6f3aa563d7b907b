/**
 * The processes of the bench: the hub under test, the load, the bare broker. Each is ended by the id it was started with, and
 * runs with the flags of this one. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Runs one load and waits for its result. */
export function load(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(script('./load-process.ts'));
    child.once('message', (answer: { ok: true; result: LoadResult } | { ok: false; error: string }) => {
      if (answer.ok) resolve(answer.result);
      else reject(new Error(answer.error));
    });
    child.once('exit', (code) => reject(new Error(`the load ended with code ${code}`)));
    child.send(plan);
  });
}

export interface Running {
  readonly pid: number;
  readonly ports: { readonly http: number; readonly mqtt: number };
  /** Longest block of its event loop since the last time it was asked, milliseconds; the first time 0. Only the hub tells. */
  longestBlock(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a process of the bench that tells its ports when it is ready. */
export function start(name: string, args: readonly string[]): Promise<Running> {
  return new Promise((resolve, reject) => {
    const child = fork(script(name), args);
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
    child.once('message', (ports: Running['ports']) => {
      resolve({
        pid: child.pid as number,
        ports,
        longestBlock: () => longestBlock(child),
        stop: () => stop(child, ended),
      });
    });
  });
}

function longestBlock(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('message', ({ block }: { block: number }) => resolve(block));
    child.send('block');
  });
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

/** Resident memory of a process in MB; NaN where the system does not tell (only Linux does). */
export function residentMegabytes(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? Number.NaN : Number(match[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
