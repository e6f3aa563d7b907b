/** Places in what the caller gave, where a part of it is left out. */
import { expect, test } from 'vitest';
import type { EditBatch } from '../../services/model/index.ts';
import { IngestCounters } from '../counters.ts';
import { BatchBuilder } from '../stages/batch.ts';
import { put, row } from '../testing/observations.ts';
import { storeInTurn } from './in-turn.ts';
import { Turns } from './turns.ts';

const keeping = { keptFrom: () => 2, erased: (_: number, t: number) => t === 3 };

function given(store: Partial<Parameters<typeof storeInTurn>[0]['store']>) {
  const counters = new IngestCounters();
  const inTurn = storeInTurn({
    store: store as never,
    turns: new Turns(),
    counters,
    keeping,
    revising: () => undefined,
    editing: () => undefined,
  });
  return { counters, inTurn };
}

test('conflicts and refused rows keep their places in the batch, though rows before them are not stored', async () => {
  const written: number[][] = [];
  const { inTurn, counters } = given({
    write: async (batch) => {
      written.push([...batch.t.slice(0, batch.length)]);
      return {
        inserted: 0,
        replayed: 0,
        conflicts: [{ index: 0, records: [9] }],
        rejected: [{ index: 1, detail: 'no' }],
      };
    },
  });
  const rows = new BatchBuilder();
  for (const t of [1, 2, 3, 4]) rows.add(1, t, 0, t, null, 0, t);
  expect(await inTurn.write(rows.take())).toMatchObject({
    conflicts: [{ index: 1, records: [9] }],
    rejected: [{ index: 3, detail: 'no' }],
  });
  expect(written).toEqual([[2, 4]]);
  expect(counters).toMatchObject({ expired: 1, erased: 1 });
});

test('a refused edit keeps its place in its request, though edits before it are not stored', async () => {
  const taken: EditBatch[] = [];
  const { inTurn } = given({
    edit: async (batches) => {
      taken.push(...batches);
      return [{ rec: 7, index: 1, detail: 'no' }];
    },
  });
  const edits = put(row(3, 1), row(4, 1), row(5, 1));
  expect(await inTurn.edit([{ rec: 7, edits }])).toEqual([{ rec: 7, index: 2, detail: 'no' }]);
  expect(taken).toEqual([{ rec: 7, edits: edits.slice(1) }]);
});
