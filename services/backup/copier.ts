/**
 * The thread that copies files: databases with VACUUM INTO (a copy of one moment, while others read and write), all others
 * byte by byte or as a hard link; each with its checksum. It steps behind the other threads where cores are few.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort } from 'node:worker_threads';

interface FromTo {
  readonly from: string;
  readonly to: string;
}

export interface DatabaseTask extends FromTo {
  readonly kind: 'database';
  /** Statements that are run on the copy. */
  readonly finish: string | null;
}

export interface FileTask extends FromTo {
  readonly kind: 'file';
  /** Bytes from the begin; null: all. */
  readonly bytes: number | null;
  /** The copy may be the same file under another name. */
  readonly link: boolean;
}

/** `hash` copies nothing. */
export type CopyTask = DatabaseTask | FileTask | { readonly kind: 'hash'; readonly from: string };

export type Copied = { readonly bytes: number; readonly sha256: string; readonly linked: boolean };
export type CopyAnswer =
  | { readonly ok: true; readonly copied: Copied }
  | { readonly ok: false; readonly error: string };

const NICE = 10;
const BUFFER = 1 << 20;

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  if (process.platform === 'linux') setPriority(0, NICE);
  port.on('message', (task: CopyTask) => {
    let answer: CopyAnswer;
    try {
      answer = { ok: true, copied: copy(task) };
    } catch (error) {
      const files = 'to' in task ? `${task.from} ▸ ${task.to}` : task.from;
      answer = { ok: false, error: `${files}: ${(error as Error).message}` };
    }
    port.postMessage(answer);
  });
}

function copy(task: CopyTask): Copied {
  if (task.kind === 'hash') return { ...hashed(task.from), linked: false };
  const { from, to } = task;
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  if (task.kind === 'file' && task.link && linked(from, to)) return { ...hashed(to), linked: true };
  if (task.kind === 'database') copyDatabase(from, to, task.finish);
  else {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    if (task.bytes !== null) truncateSync(to, task.bytes);
  }
  sync(to);
  return { ...hashed(to), linked: false };
}

function copyDatabase(from: string, to: string, finish: string | null): void {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 10_000 });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  if (finish === null) return;
  const made = new DatabaseSync(to);
  try {
    made.exec(finish);
  } finally {
    made.close();
  }
}

/** False where the file systems don't allow it. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return false;
  }
}

function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hashed(file: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(BUFFER);
  const handle = openSync(file, 'r');
  let bytes = 0;
  try {
    for (let got = readSync(handle, buffer); got > 0; got = readSync(handle, buffer)) {
      hash.update(buffer.subarray(0, got));
      bytes += got;
    }
  } finally {
    closeSync(handle);
  }
  return { bytes, sha256: hash.digest('hex') };
}
