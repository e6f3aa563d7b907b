/**
 * Decoding again gives what a store would hold that is made anew from the journal by the present decoders, whatever messages
 * came and whatever people did to their Observations.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QUALITY } from '../../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { DEVICE, NOON, registerDevice, type TestHub, testHub } from '../testing/city.ts';
import { editIn, put, row } from '../testing/observations.ts';
import { type Changes, MODEL, revisedModels } from '../testing/revised.ts';

const RUNS = 100;
const TEMPERATURE = 1;
const MINUTE = 60_000;

const message = fc.record({
  kind: fc.constant('message' as const),
  minute: fc.integer({ min: -3, max: 6 }),
  tenths: fc.integer({ min: 0, max: 200 }),
  identity: fc.option(fc.constantFrom('a' as const, 'b' as const, 'c' as const), { nil: null }),
  timed: fc.boolean(),
  /** `ff`: only the second revision understands it. Short: none does. */
  form: fc.constantFrom('plain', 'plain', 'plain', 'ff', 'long', 'cut'),
});
const edit = fc.record({
  kind: fc.constantFrom('delete' as const, 'correct' as const, 'move' as const, 'post' as const),
  pick: fc.nat(),
  minute: fc.integer({ min: -3, max: 6 }),
});
const mount = fc.record({ kind: fc.constant('mount' as const), thing: fc.constantFrom('mast', 'tower') });
const step = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 3, arbitrary: edit },
  { weight: 1, arbitrary: mount },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const changes: fc.Arbitrary<Changes> = fc.record({
  warmer: fc.constantFrom(0, 5, 90),
  headers: fc.boolean(),
  older: fc.constantFrom(0, MINUTE, 3 * MINUTE),
  refuses: fc.constantFrom([], [8]),
});

test('whatever came and whatever people did, both have the same rows and dead letters', async () => {
  const seen = { changed: 0, removed: 0, added: 0, kept: 0, healed: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), changes, async (steps, revision) => {
      const folder = mkdtempSync(join(tmpdir(), 'like-new-'));
      try {
        let store = memoryStore();
        let hub = await testHub(folder, store, { repetitionMinutes: 0 });
        await registerDevice(hub);
        for (const one of steps) await take(hub, store, one);
        await hub.stored();
        await hub.stop();
        hub = await testHub(folder, store, { repetitionMinutes: 0 }, { models: revisedModels(revision) });
        await hub.stored();
        const { id } = await hub.again.decodeAgain({ model: MODEL }, false, 'test');
        await hub.again.settled(id, 10_000);
        const job = hub.again.job(id);
        if (job?.kind !== 'decode-again' || job.state !== 'done')
          throw new Error(`the job is ${job?.state}: ${job?.error}`);
        for (const name of ['changed', 'removed', 'added', 'kept'] as const) seen[name] += job.rows[name];
        seen.healed += job.letters.healed;
        const again = [await rowsOf(store), lettersOf(hub)];
        await hub.stop();
        rmSync(join(folder, 'ledger.db'));
        rmSync(join(folder, 'latest.bin'), { force: true });
        store = memoryStore();
        hub = await testHub(folder, store, { repetitionMinutes: 0 }, { models: revisedModels(revision) });
        await hub.stored();
        const anew = [await rowsOf(store), lettersOf(hub)];
        await hub.stop();
        expect(again).toEqual(anew);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  for (const [name, count] of Object.entries(seen)) expect([name, count > 5]).toEqual([name, true]);
}, 120_000);

const REPEATED = {
  a: { minute: 0, tenths: 11, timed: true, form: 'plain' },
  b: { minute: 1, tenths: 22, timed: true, form: 'plain' },
  c: { minute: 2, tenths: 33, timed: true, form: 'ff' },
} as const;

async function take(hub: TestHub, store: TimeseriesStore, one: Step): Promise<void> {
  if (one.kind === 'message') {
    const { identity } = one;
    // a repetition says what the first one said
    const { minute, tenths, timed, form } = identity === null ? one : REPEATED[identity];
    const plain = `0367${tenths.toString(16).padStart(2, '0')}00`;
    const hex = { plain, ff: `ff${plain}`, long: `${plain}04686417`.slice(0, 16), cut: '0367' }[form];
    const time = timed ? NOON + minute * MINUTE : null;
    await hub.send({ hex, time, ...(identity === null ? {} : { identity }) }, 0, NOON + minute * MINUTE);
  } else if (one.kind === 'mount') {
    await hub.registry.import(
      {
        things: [{ key: one.thing, name: one.thing, organisation: 'ulm' }],
        devices: [{ key: DEVICE, organisation: 'ulm', thing: one.thing, model: MODEL, visibility: 'public' }],
      },
      'test',
    );
  } else {
    await hub.stored();
    const t = NOON + one.minute * MINUTE + 7;
    if (one.kind === 'post') {
      await editIn(hub, ...put(row(t - 7, 40)));
      return;
    }
    const stands = await firstOf(store, one.pick);
    if (stands === null) return;
    const remove = { op: 'remove', ds: TEMPERATURE, ...stands } as const;
    const free = (await store.occupied(TEMPERATURE, [t]))[0] === false;
    const moved = row(t, 60, { q: QUALITY.edited, x: { k: [TEMPERATURE, stands.t] } });
    const corrected = row(stands.t, 50, { q: QUALITY.edited, n: stands.n });
    if (one.kind === 'delete') await editIn(hub, remove);
    else if (one.kind === 'correct') await editIn(hub, remove, ...put(corrected));
    else if (free) await editIn(hub, remove, ...put(moved));
  }
}

/** One of the device's rows that stand. */
async function firstOf(store: TimeseriesStore, pick: number) {
  const rows: { t: number; n: number; rec: number }[] = [];
  const query = { datastreams: [TEMPERATURE], from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const page of store.scan(query))
    for (let i = 0; i < page.length; i++)
      if (page.id[i] === 0 && page.q[i] !== QUALITY.edited && page.x.get(i) === undefined)
        rows.push({ t: page.t[i] as number, n: page.n[i] as number, rec: page.rec[i] as number });
  return rows.length === 0 ? null : (rows[pick % rows.length] as (typeof rows)[number]);
}

/** Which of the readings of an instant came first stays as it was: tie numbers and their ids are left out. */
async function rowsOf(store: TimeseriesStore): Promise<string[]> {
  const found: string[] = [];
  const query = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 1000 } as const;
  for await (const { length, ds, t, r, type, rec, q, x } of store.scan(query))
    for (let i = 0; i < length; i++)
      found.push([ds[i], ((t[i] as number) - NOON) / MINUTE, r[i], type[i], rec[i], q[i], x.get(i)].join(' '));
  return found.sort();
}

function lettersOf(hub: TestHub): string[] {
  return hub.ledger.deadLetters({}, 100).letters.map(({ record, code, device }) => `${record} ${code} ${device}`);
}
