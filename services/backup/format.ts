/**
 * Which version of each part a data folder has, and of which hub it is: `format.json`. A folder of a newer hub is refused before
 * anything is touched; one of an older hub is brought up to date as its parts open, and told so before.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CodedError } from '../model/index.ts';
import { LATEST_FORMAT, LATEST_MAGIC, STORE_FORMAT } from '../timeseries/index.ts';
import { syncPath } from './durable.ts';
import { ORDERS, ownerOf } from './orders-beside.ts';
import { INCOMPLETE } from './restore.ts';
import { hubVersion } from './version.ts';

export const FORMAT_FILE = 'format.json';
/** Where a move of the Observations has come to. A hub that runs meanwhile makes it worthless. */
export const MOVE_FILE = 'move.json';

export const FORMATS = {
  journal: 2,
  ledger: 1,
  registry: 1,
  timeseries: STORE_FORMAT,
  latest: LATEST_FORMAT,
  orders: 1,
  access: 1,
} as const;
export type FormatPart = keyof typeof FORMATS;

/** One step from a version to the next. */
export interface Upgrade {
  readonly part: FormatPart;
  readonly from: number;
  readonly to: number;
  /** What is new, and who does it. */
  readonly what: string;
  /** How to go back to a hub of before; null: it can be started there without more ado. */
  readonly back: string | null;
}

/**
 * Every step there is. Each is done by its part, file by file, and can be broken off and done again; a folder is marked as
 * being of the new version only when all its parts have opened.
 */
export const UPGRADES: readonly Upgrade[] = [
  {
    part: 'journal',
    from: 1,
    to: 2,
    what: 'the content of old messages can go and leaves its number behind; nothing is rewritten as the hub starts',
    back: 'a hub of before cannot read what is left of such messages: restore a backup that was made before',
  },
  {
    part: 'timeseries',
    from: 1,
    to: 2,
    what: 'tables for Observations that people removed or moved, and for the ends of intervals; the store adds them as it starts, a few milliseconds for each file',
    back: 'a hub of before refuses these files: restore a backup that was made before',
  },
  {
    part: 'latest',
    from: 1,
    to: 2,
    what: 'the newest row and the extent of every Datastream; read again from the store as the hub starts',
    back: null,
  },
];

const shape = z.object({
  hub: z.string(),
  /** Of the hub whose folder this is, for all time; hubs of before wrote none. */
  identity: z.uuid().optional(),
  parts: z.record(z.string(), z.int().min(1)),
});

/** Throws CodedError hub.storage where this hub can't work in the folder. Returns what has to be done, in order. */
export function checkFormat(folder: string): Upgrade[] {
  if (existsSync(join(folder, INCOMPLETE))) {
    const detail = `${folder} holds a restore that did not come to its end. Empty it and restore the backup again.`;
    throw new CodedError('hub.storage', detail);
  }
  const written = readFormat(folder);
  const found: Partial<Record<string, number>> = written?.parts ?? guessed(folder);
  const newer = Object.entries(found).filter(
    ([part, version]) => version! > ((FORMATS as Record<string, number>)[part] ?? 0),
  );
  if (newer.length > 0) {
    const [part, version] = newer[0]!;
    const knows = (FORMATS as Record<string, number>)[part];
    throw new CodedError(
      'hub.storage',
      `The data folder ${folder} was last written by a newer hub${written === null ? '' : ` (${written.hub})`}: its ${part} has format ${version}, this hub (${hubVersion()}) knows ${knows ?? 'no such part'}. Start the newer hub, or restore a backup that was made before the update.`,
    );
  }
  return Object.entries(found).flatMap(([part, version]) => stepsOf(folder, part as FormatPart, version!));
}

/**
 * Of which hub the folder is: a text that no other hub has, and that its backups and orders bear. null: no hub has started there
 * that gives itself one. Throws CodedError hub.storage where `format.json` is damaged.
 */
export function hubIdentity(folder: string): string | null {
  return readFormat(folder)?.identity ?? null;
}

/**
 * The same, given now where the folder has none, before its parts open: a store elsewhere is asked whether it is this hub's.
 * Durable on return.
 */
export async function giveIdentity(folder: string): Promise<void> {
  const before = readFormat(folder);
  if (before?.identity !== undefined) return;
  const identity = (await ownerOf(join(folder, ORDERS))) ?? randomUUID();
  await write(folder, { hub: before?.hub ?? hubVersion(), identity, parts: before?.parts ?? guessed(folder) });
}

/** To be called when all parts have opened, and before anybody can give an order. Durable on return. */
export async function writeFormat(folder: string): Promise<void> {
  // what was moved before this hub ran is not all there is any more
  await rm(join(folder, MOVE_FILE), { force: true });
  const before = readFormat(folder);
  // where the file was lost, or comes from a backup of before, the orders still tell
  const identity = before?.identity ?? (await ownerOf(join(folder, ORDERS))) ?? randomUUID();
  const now = { hub: hubVersion(), identity, parts: FORMATS };
  if (before !== null && JSON.stringify(before) === JSON.stringify(now)) return;
  await write(folder, now);
}

async function write(folder: string, now: z.infer<typeof shape>): Promise<void> {
  const file = join(folder, FORMAT_FILE);
  const beside = `${file}.new`;
  const handle = await open(beside, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(now, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncPath(folder);
}

function stepsOf(folder: string, part: FormatPart, version: number): Upgrade[] {
  const steps: Upgrade[] = [];
  for (let at = version; at < FORMATS[part]; ) {
    const step = UPGRADES.find((one) => one.part === part && one.from === at);
    if (step === undefined) {
      const detail = `The ${part} of the data folder ${folder} has format ${at}, which this hub cannot bring to ${FORMATS[part]} any more. Start a hub in between once.`;
      throw new CodedError('hub.storage', detail);
    }
    steps.push(step);
    at = step.to;
  }
  return steps;
}

/** null: the folder is new, or a hub wrote it that knew no such file. */
function readFormat(folder: string): z.infer<typeof shape> | null {
  const file = join(folder, FORMAT_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CodedError('hub.storage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    const detail = `${file} is damaged. Put the one of the last backup in its place; where there is none, delete it, and the hub finds out from the other files what they are.`;
    throw new CodedError('hub.storage', detail, { cause });
  }
}

/** What a folder without the file has: every part in the version of then, but for those that tell their own. */
function guessed(folder: string): Partial<Record<FormatPart, number>> {
  const found: Partial<Record<FormatPart, number>> = {};
  if (existsSync(join(folder, 'journal'))) found.journal = 1;
  const meta = join(folder, 'timeseries', 'meta.db');
  if (existsSync(meta)) {
    const version = userVersion(meta);
    if (version > 0) found.timeseries = version;
  }
  const latest = join(folder, 'latest.bin');
  const head = existsSync(latest) ? readFileSync(latest).subarray(0, 8) : Buffer.alloc(0);
  // a damaged one counts as none
  if (head.length === 8 && head.readUInt32LE(0) === LATEST_MAGIC) found.latest = Math.max(1, head.readUInt32LE(4));
  return found;
}

/** 0: it can't be read; whoever opens it says why. */
function userVersion(file: string): number {
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    } finally {
      db.close();
    }
  } catch {
    return 0;
  }
}
