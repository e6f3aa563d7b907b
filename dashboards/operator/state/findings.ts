/** Is all well, and what is not? The most urgent first. */
import type { ErrorCode } from '../../../services/model/index.ts';
import type { Status } from '../data/index.ts';
import type { Section } from './place.ts';

/** `act`: somebody must do something, `watch`: the hub copes, but look after it, `note`: when there is time. */
export type Level = 'well' | 'note' | 'watch' | 'act';

export type What =
  | 'notAcknowledging'
  | 'storeFailed'
  | 'storeStopped'
  | 'storeWaits'
  | 'storeCatchesUp'
  | 'diskFull'
  | 'diskLow'
  | 'backupFailed'
  | 'backupOld'
  | 'backupNone'
  | 'deadLetters'
  | 'raisedModels';

export interface Finding {
  readonly what: What;
  readonly level: Exclude<Level, 'well'>;
  /** Milliseconds since 1970; null: not known. */
  readonly since: number | null;
  /** How many; bytes of a disk. */
  readonly amount: number | null;
  /** What the hub says of it. */
  readonly detail: string | null;
  /** Whose remedy to show. */
  readonly code: ErrorCode | null;
  /** Where to do something; null: not on this page. */
  readonly section: Section | null;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** History that is missing for longer is missed by people. */
const LONG_WAIT = 15 * MINUTE;
const OLD_BACKUP = 7 * DAY;
/** A disk with less than so many times its reserve is watched. */
const LOW = 3;
const ORDER: readonly Level[] = ['act', 'watch', 'note'];

export function findingsOf(status: Status): Finding[] {
  const found = [...acknowledging(status), ...store(status), ...disks(status), ...backup(status), ...messages(status)];
  return found.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

/** That of the most urgent. */
export function levelOf(findings: readonly Finding[]): Level {
  return findings[0]?.level ?? 'well';
}

const NOTHING = { since: null, amount: null, detail: null, code: null, section: null } as const;

function* acknowledging({ acknowledging: { ok, reason } }: Status): Generator<Finding> {
  if (!ok) yield { ...NOTHING, what: 'notAcknowledging', level: 'act', detail: reason, code: 'hub.storage' };
}

function* store({
  store: { state, since, code, reason, failure, behindRecords, oldestMs },
}: Status): Generator<Finding> {
  const base = { ...NOTHING, since, amount: behindRecords, detail: reason, code };
  if (failure !== null) yield { ...base, what: 'storeFailed', level: 'act', detail: failure, code: null };
  else if (state === 'stopped') yield { ...base, what: 'storeStopped', level: 'act' };
  else if (state === 'waits') yield { ...base, what: 'storeWaits', level: oldestMs >= LONG_WAIT ? 'act' : 'watch' };
  else if (state === 'catching up') yield { ...base, what: 'storeCatchesUp', level: 'note', detail: null };
}

function* disks({ disks: all, acknowledging: { ok } }: Status): Generator<Finding> {
  for (const { name, freeBytes, reserveBytes, enough, folder } of all) {
    const base = { ...NOTHING, amount: freeBytes, detail: folder };
    // then `notAcknowledging` says it already
    if (name === 'data' && !ok) continue;
    if (!enough) yield { ...base, what: 'diskFull', level: 'act' };
    else if (freeBytes !== null && freeBytes < LOW * reserveBytes) yield { ...base, what: 'diskLow', level: 'watch' };
  }
}

function* backup({ backup: { state, completed }, hub: { now, started } }: Status): Generator<Finding> {
  const base = { ...NOTHING, section: 'backups' } as const;
  if (state === 'failed') yield { ...base, what: 'backupFailed', level: 'watch' };
  if (state === 'running') return;
  if (completed === null) {
    // nobody needs one of a hub that was begun today
    const level = Date.parse(now) - Date.parse(started) > OLD_BACKUP ? 'watch' : 'note';
    yield { ...base, what: 'backupNone', level };
  } else if (Date.parse(now) - Date.parse(completed) > OLD_BACKUP)
    yield { ...base, what: 'backupOld', level: 'watch', since: Date.parse(completed) };
}

function* messages({ deadLetters, decodeAgain: { offers } }: Status): Generator<Finding> {
  const dead = Object.values(deadLetters).reduce((sum, count) => sum + count, 0);
  if (dead > 0) yield { ...NOTHING, what: 'deadLetters', level: 'note', amount: dead, section: 'letters' };
  if (offers.length > 0)
    yield { ...NOTHING, what: 'raisedModels', level: 'note', amount: offers.length, section: 'again' };
}
