/** Jobs, offers and dead letters as the admin API prints them: plain JSON with ISO times, which operators' tools may rely on. */
import { isoTime, QUALITY } from '../../services/model/index.ts';
import type { InspectedLetter } from './inspect.ts';
import type { DecodeAgainJob, Example, ExampleRow, Job } from './job.ts';

const time = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : isoTime(ms));

export interface JobJson {
  readonly id: number;
  readonly kind: Job['kind'];
  readonly state: Job['state'];
  readonly [name: string]: unknown;
}

export function jobJson(job: Job): JobJson {
  const { id, kind, state, dryRun, by, created, ended, waitsFor, error } = job;
  const base = { id, kind, state, dryRun, by, created: isoTime(created), ended: time(ended), waitsFor, error };
  if (job.kind === 'decode-again') return { ...base, ...decodeAgainJson(job) };
  const { filter, records, letters, reached, last } = job;
  const { from, to, ...others } = filter;
  const choice = records === null ? { ...others, ...span(from, to) } : { records };
  return { ...base, deadLetters: choice, progress: { record: reached, lastRecord: last }, letters };
}

function decodeAgainJson({ selection, phase, records, rows, letters, endings, examples, dryRun }: DecodeAgainJob) {
  const { from, to, ...others } = selection;
  const { first, last, next, messages } = records;
  const read = next - first;
  const total = last - first + 1;
  return {
    selection: { ...others, ...span(from, to) },
    progress: { phase, recordsRead: read, recordsTotal: total, share: total <= 0 ? 1 : read / total, messages },
    rows,
    deadLetters: letters,
    datastreams: {
      ended: endings.filter(({ ends }) => ends).map(withoutEnds),
      resumed: endings.filter(({ ends }) => !ends).map(withoutEnds),
    },
    ...(dryRun ? { examples: examples.map(exampleJson) } : {}),
  };
}

function withoutEnds({ datastream, name, channel }: DecodeAgainJob['endings'][number]) {
  return { datastream, name, channel };
}

function exampleJson({ kind, datastream, record, time: at, before, after }: Example) {
  return {
    kind,
    datastream,
    record,
    phenomenonTime: isoTime(at),
    before: rowJson(before),
    after: rowJson(after),
  };
}

function rowJson(row: ExampleRow | null) {
  return row === null ? null : { result: row.result, quality: flagsOf(row.quality) };
}

export function letterJson(letter: InspectedLetter): object {
  const { message, events, now, at, ...rest } = letter;
  return {
    ...rest,
    at: isoTime(at),
    message: message.kept ? { ...message, receivedAt: isoTime(message.receivedAt) } : message,
    events: events.map((event) => ({ ...event, time: time(event.time) })),
    now:
      now === null
        ? null
        : {
            readings: now.readings.map(({ datastream, time: t, result, quality }) => ({
              datastream,
              phenomenonTime: isoTime(t),
              result,
              quality: flagsOf(quality),
            })),
            deadLetters: now.deadLetters,
          },
  };
}

/** Names of the flags. */
function flagsOf(quality: number): string[] {
  return Object.entries(QUALITY)
    .filter(([, bit]) => (quality & bit) !== 0)
    .map(([name]) => name);
}

function span(from: number | undefined, to: number | undefined) {
  return {
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(to === undefined ? {} : { to: isoTime(to) }),
  };
}
