import { expect, test } from 'vitest';
import { encodeGone, encodeMessage, type JournalRecord, RECORD } from '../../services/journal/index.ts';
import { type Opened, type RawMessage, RESULT, type Source } from '../../services/model/index.ts';
import { BatchBuilder } from './batch.ts';
import { type ConflictPorts, findTies } from './conflicts.ts';

/** The body is the identity. */
const source: Source = {
  id: 'test',
  topicFilters: [],
  open(message: RawMessage): Opened {
    const identity = Buffer.from(message.body).toString();
    const frame = { fPort: 1, fCnt: null, payload: Buffer.alloc(0), values: null, receptions: [] };
    return { ok: true, events: [{ kind: 'up', device: 'a', deviceName: null, time: 1, identity, ...frame }] };
  },
};

type Look = (number: number) => Promise<JournalRecord | null>;

function journalOf(get: Look): ConflictPorts['journal'] {
  return {
    get,
    async *read(from, to = from) {
      for (let number = from; number <= to; number++) {
        const record = await get(number);
        if (record !== null) yield [record];
      }
    },
  };
}

/** Record k holds the uplink of the k-th identity; null: what the API did. */
function portsOf(...identities: (string | null)[]): ConflictPorts {
  return {
    sources: new Map([['test', source]]),
    journal: journalOf(async (number) => {
      const identity = identities[number];
      if (identity === undefined) return null;
      if (identity === null) return { number, at: 0, kind: RECORD.change, body: Buffer.from('{}') };
      const body = Buffer.from(identity);
      const message = { source: 'test', topic: 'up', body, receivedAt: 0, delivery: 0 };
      return { number, at: 0, kind: RECORD.message, body: encodeMessage(message) };
    }),
  };
}

function rows(...given: [ds: number, t: number, rec: number][]) {
  const builder = new BatchBuilder();
  for (const [ds, t, rec] of given) builder.add(ds, t, RESULT.number, 1, null, 0, rec);
  return builder.take();
}

test('a row whose uplink stands at its instant is a repetition, another one a tie', async () => {
  const batch = rows([1, 5, 1], [1, 5, 2]);
  const conflicts = [
    { index: 0, records: [0] },
    { index: 1, records: [0] },
  ];
  expect(await findTies(portsOf('a', 'b', 'a'), batch, conflicts)).toEqual([0]);
});

test('a row that repeats a tie of its own batch is a repetition', async () => {
  const batch = rows([1, 5, 1], [1, 5, 2], [1, 5, 3], [1, 5, 4]);
  const conflicts = [0, 1, 2, 3].map((index) => ({ index, records: [0] }));
  expect(await findTies(portsOf('a', 'b', 'b', 'c', 'b'), batch, conflicts)).toEqual([0, 2]);
});

test('the same uplink at another instant or in another Datastream is no repetition', async () => {
  const batch = rows([1, 5, 1], [2, 5, 2], [1, 6, 2]);
  const conflicts = [0, 1, 2].map((index) => ({ index, records: [0] }));
  expect(await findTies(portsOf('a', 'b', 'b'), batch, conflicts)).toEqual([0, 1, 2]);
});

test('a record does not repeat itself: of its two rows of an instant the store takes the first', async () => {
  const batch = rows([1, 5, 1], [1, 5, 1]);
  const conflicts = [0, 1].map((index) => ({ index, records: [0] }));
  expect(await findTies(portsOf('a', 'b'), batch, conflicts)).toEqual([0, 1]);
});

test('beside what the API made, and beside a record that the journal no longer has, a reading is a tie', async () => {
  const batch = rows([1, 5, 1], [1, 6, 1]);
  const conflicts = [
    { index: 0, records: [0] },
    { index: 1, records: [99] },
  ];
  expect(await findTies(portsOf(null, 'a'), batch, conflicts)).toEqual([0, 1]);
});

test('an uplink whose message is gone by age is still known when it is repeated; one that was erased is not', async () => {
  const gone = new Map([
    [0, encodeGone(['a', 'x'])],
    [3, encodeGone([])],
  ]);
  const { sources, journal } = portsOf('', 'a', 'b', '');
  const get = async (number: number): Promise<JournalRecord | null> => {
    const body = gone.get(number);
    return body === undefined ? journal.get(number) : { number, at: 0, kind: RECORD.gone, body };
  };
  const batch = rows([1, 5, 1], [1, 5, 2], [1, 6, 1]);
  const conflicts = [
    { index: 0, records: [0] },
    { index: 1, records: [0] },
    { index: 2, records: [3] },
  ];
  expect(await findTies({ sources, journal: journalOf(get) }, batch, conflicts)).toEqual([1, 2]);
});
