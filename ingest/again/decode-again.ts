/**
 * Decoding again [docs/semantics.md]: messages of some devices are read from the journal as they are understood today, a window
 * of records after the other, and the store is brought in step. What is done may be done again, so a job that was killed goes
 * on with the window that it was at.
 */
import type { DeadLetter, Journal, JournalRecord } from '../../services/journal/index.ts';
import { decodeMessage } from '../../services/journal/index.ts';
import type { RowBatch } from '../../services/model/index.ts';
import type { LatestValues, TimeseriesStore } from '../../services/timeseries/index.ts';
import type { IngestPorts, LedgerPort } from '../ports.ts';
import type { Sink, Translator } from '../stages/translate.ts';
import type { Keeping } from '../store/kept.ts';
import { apply, batchOf } from './apply.ts';
import { rejectedLetter } from './aside.ts';
import { storeByPieces } from './by-pieces.ts';
import { differencesOf } from './compare.ts';
import { end, endingsOf } from './ended.ts';
import { addExamples } from './examples.ts';
import type { DecodeAgainJob } from './job.ts';
import { leftOut, type WrongPlaces, wrongPlacesOf } from './left-out.ts';
import type { Pace } from './pace.ts';
import { type Patience, patiently, until } from './patience.ts';
import { preview } from './preview.ts';
import { MessageReader, standingOf, type Yield } from './reading.ts';
import { type Scope, scopeOf } from './scope.ts';
import { findStrays, type Stretch, spansOf, stretchesOf } from './stretches.ts';

export interface DecodeAgainPorts extends Pick<IngestPorts, 'catalogue' | 'sources' | 'models' | 'store'> {
  readonly journal: Pick<Journal, 'get' | 'read' | 'first'>;
  readonly ledger: Pick<LedgerPort, 'addDeadLetter' | 'deadLetters' | 'forget' | 'isDismissed' | 'undismiss'>;
  readonly latest: Pick<LatestValues, 'offer' | 'retract' | 'doubt' | 'recheck'>;
  readonly registry: Parameters<typeof end>[0];
  /** The store for writing, in turn with everything else that is written. */
  readonly aside: Pick<TimeseriesStore, 'write' | 'edit' | 'revise'>;
  readonly pace: Pace;
  readonly patience: Patience;
  /** Up to which record the store has everything. */
  readonly stored: () => number;
  /** Something of the latest values is in doubt. */
  readonly wake: () => void;
  /** Resolves when the latest values are on disk as they are. */
  readonly saveLatest: () => Promise<void>;
  readonly keeping?: Keeping | undefined;
  /** Is what stands there held as evidence? Left out: nothing is. */
  readonly frozen?: ((datastream: number, t: number) => boolean) | undefined;
  /** The store has other rows there now: whoever computes from them looks again. */
  readonly told?: ((rows: RowBatch) => void) | undefined;
  readonly translator: (sink: Sink, concerns: (device: string, record: JournalRecord) => boolean) => Translator;
  /** The job has come further. */
  readonly save: () => void;
  readonly options: { readonly windowRows: number; readonly exampleRows: number };
}

/** An uplink that repeats one before the first record is known again by so many. */
const WARM_UP_RECORDS = 10_000;
/** Edits may move rows while a window is worked on: then it is looked at again. */
const ATTEMPTS = 3;
const LETTERS_AT_ONCE = 100;

/** Rejects with `Ended` where it is cancelled or the hub stops. */
export async function decodeAgain(ports: DecodeAgainPorts, job: DecodeAgainJob, resumed: boolean): Promise<void> {
  const { journal, patience, pace } = ports;
  const { goesOn } = patience;
  const scope = await scopeOf(ports, job.selection, pace);
  const { last } = job.records;
  await until(
    patience,
    () => ports.stored() >= last,
    () => `the store has everything up to record ${ports.stored()}; ${last} is needed`,
  );
  if (resumed && !job.dryRun) await recheck(ports, scope);
  job.phase = 'looking';
  const oldest = journal.first;
  const range = { first: Math.max(job.records.next, oldest), last };
  const stretches = await stretchesOf(journal, range, job.selection, ports.options.windowRows, goesOn);
  const again = <T>(part: () => Promise<T>) => patiently(patience, part);
  const found = await findStrays({ ...ports, goesOn }, scope, stretches, oldest, again);
  if (!resumed && job.selection.from === undefined) job.rows.withoutRecord = found.orphans;
  job.phase = 'reading';
  const reader = new MessageReader({ ...ports, goesOn }, scope, job.selection);
  const wrong = await wrongPlacesOf(ports, scope.devices);
  let group: Stretch[] = [];
  // what was changed just before a crash may not have been told
  let tellAll = resumed;
  for (const [i, stretch] of stretches.entries()) {
    goesOn();
    // where stretches were left out, too
    if (stretch.first !== (stretches[i - 1]?.last ?? Number.NaN) + 1)
      await reader.warm(Math.max(oldest, stretch.first - WARM_UP_RECORDS), stretch.first - 1);
    await reader.stretch(stretch);
    group.push(stretch);
    if (reader.size >= ports.options.windowRows || i === stretches.length - 1) {
      await settle(ports, job, { ...scope, wrong }, group, reader.take(), tellAll);
      tellAll = false;
      group = [];
      job.records.next = stretch.last + 1;
      ports.save();
    }
  }
  job.records.next = last + 1;
  const { datastream } = job.selection;
  const endings = await endingsOf(ports, scope.devices);
  job.endings = endings.filter((one) => datastream === undefined || one.datastream === datastream);
  if (job.dryRun) return;
  await end(ports.registry, job.by, job.endings);
  await ports.saveLatest();
}

/** A crash may have come between the store's rows and the file of the latest values. */
async function recheck({ latest, pace, wake }: DecodeAgainPorts, { datastreams }: Scope): Promise<void> {
  for (const ds of datastreams) {
    latest.recheck(ds);
    await pace.step();
  }
  wake();
}

async function settle(
  ports: DecodeAgainPorts,
  job: DecodeAgainJob,
  scope: Scope & { readonly wrong: WrongPlaces },
  group: readonly Stretch[],
  found: Yield,
  tellAll: boolean,
): Promise<void> {
  const { patience, store, pace } = ports;
  const { rows } = job;
  const spans = spansOf(group);
  const patient = patientStore(store, ports.aside, patience);
  const refused = new Set<number>();
  let frozen = 0;
  let kept = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stood = await patiently(patience, () =>
      standingOf(store, scope, spans, found, { pace, goesOn: patience.goesOn }),
    );
    const left = await patiently(patience, () =>
      leftOut({ ...ports, goesOn: patience.goesOn }, scope.wrong, found.rows),
    );
    if (attempt === 0) rows.withoutRecord += stood.orphans;
    // people may do more of it between two attempts
    rows.kept += Math.max(0, left.size - kept);
    kept = Math.max(kept, left.size);
    const wanted = left.size === 0 ? found.rows : found.rows.filter((row) => !left.has(row));
    const differences = await differencesOf(wanted, stood.rows, pace, ports.frozen);
    // a freeze may have come between two attempts
    rows.frozen += Math.max(0, differences.frozen - frozen);
    frozen = Math.max(frozen, differences.frozen);
    if (job.dryRun) {
      const seen = await preview({ ...ports, store: patient, goesOn: patience.goesOn }, differences);
      rows.changed += differences.change.length;
      rows.removed += differences.remove.length;
      rows.added += seen.added.length;
      rows.kept += seen.kept;
      rows.repeated += seen.repeated;
      addExamples(job.examples, { ...differences, add: seen.added }, ports.options.exampleRows);
      break;
    }
    if (tellAll && attempt === 0) ports.told?.(batchOf([...found.rows, ...stood.rows]));
    const add = differences.add.filter(({ rec }) => !refused.has(rec));
    const done = await apply({ ...ports, store: patient }, { ...differences, add: attempt === 0 ? add : [] });
    rows.changed += done.changed;
    rows.removed += done.removed;
    rows.added += done.inserted;
    rows.kept += done.replayed;
    rows.repeated += done.repeated;
    rows.rejected += done.rejected.length;
    for (const one of done.rejected) {
      refused.add(one.rec);
      const letter = await letterOf(ports, scope, one);
      if (letter !== null) found.letters.set(one.rec, letter);
    }
    if (done.missed === 0) break;
  }
  await settleLetters(ports, job, group, found);
  job.records.messages += found.records.size;
}

/** Dead letters as they are now: new ones, and those that are none any more. */
async function settleLetters(
  { ledger, pace }: DecodeAgainPorts,
  job: DecodeAgainJob,
  group: readonly Stretch[],
  { records, letters, elsewhere }: Yield,
): Promise<void> {
  const known = new Set<number>();
  const last = group.at(-1)?.last ?? 0;
  for (let next: number | null = (group[0]?.first ?? 0) - 1; next !== null && next < last; ) {
    const page = ledger.deadLetters({}, LETTERS_AT_ONCE, 'up', next);
    for (const { record } of page.letters) if (records.has(record)) known.add(record);
    next = page.next;
    await pace.step();
  }
  for (const letter of letters.values()) {
    if (ledger.isDismissed(letter.record, letter.code)) continue;
    if (!known.has(letter.record)) job.letters.new += 1;
    if (!job.dryRun) ledger.addDeadLetter(letter);
    await pace.step();
  }
  // one with readings for other Datastreams is decoded when those are, too
  const healed = [...known].filter((record) => !letters.has(record) && !elsewhere.has(record));
  job.letters.healed += healed.length;
  if (job.dryRun) return;
  const understood = [...records].filter((record) => !letters.has(record) && !elsewhere.has(record));
  for (let i = 0; i < understood.length; i += LETTERS_AT_ONCE) {
    ledger.undismiss(understood.slice(i, i + LETTERS_AT_ONCE));
    await pace.step();
  }
  for (let i = 0; i < healed.length; i += LETTERS_AT_ONCE) {
    ledger.forget(healed.slice(i, i + LETTERS_AT_ONCE));
    await pace.step();
  }
}

async function letterOf(
  { journal, sources }: DecodeAgainPorts,
  { devices }: Scope,
  rejected: { readonly rec: number; readonly detail: string },
): Promise<DeadLetter | null> {
  const record = await journal.get(rejected.rec);
  if (record === null) return null;
  const message = decodeMessage(record.body, record.at);
  const opened = sources.find(({ id }) => id === message.source)?.open(message);
  const event = opened?.ok === true ? opened.events.find(({ device }) => devices.has(device)) : undefined;
  return rejectedLetter({ at: record.at, source: message.source, device: event?.device ?? null }, rejected);
}

/** Its questions and writes wait until they are answered. */
function patientStore(store: TimeseriesStore, aside: DecodeAgainPorts['aside'], patience: Patience) {
  const at = (ds: number, t: number) => patiently(patience, () => store.at(ds, t));
  const stands = async (ds: number, t: number, rec: number) => Array.from((await at(ds, t)).rec).includes(rec);
  return {
    write: storeByPieces(aside, patience, stands).write,
    revise: (revision: Parameters<TimeseriesStore['revise']>[0]) => patiently(patience, () => aside.revise(revision)),
    at,
    occupied: (ds: number, times: readonly number[]) => patiently(patience, () => store.occupied(ds, times)),
    tombstones: (after: Parameters<TimeseriesStore['tombstones']>[0]) => store.tombstones(after),
  };
}
