import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { CodedError, type EditBatch, type ErrorCode, type RowBatch } from '../services/model/index.ts';
import { memoryStore, type RejectedEdit, type WriteReport } from '../services/timeseries/index.ts';
import type { IngestPorts } from './index.ts';
import { NOON, registerDevice, type TestHub, testHub } from './testing/city.ts';
import { editIn, put, read, removal, row, settledIn, TEMPERATURE } from './testing/observations.ts';
import { TroubledStore } from './testing/troubled-store.ts';

let folder: string;
let troubled: TroubledStore;
let hub: TestHub;
/** What people were told, one line each. */
let told: string[];

const says = (code: ErrorCode) => new CodedError(code, `it says ${code}`);
const start = async (options: Record<string, number> = {}, more: Partial<IngestPorts> = {}) => {
  const events = {
    storeLost: (error: Error, state: string) => told.push(`${state}: ${error.message}`),
    storeReplaced: (records: number) => told.push(`replaced: ${records}`),
    rejected: (letters: number, detail: string) => told.push(`rejected: ${letters}, ${detail}`),
    failed: (error: unknown) => told.push(`defect: ${String(error)}`),
  };
  hub = await testHub(folder, troubled.store, options, { events, ...more });
};
const send = (i: number) => hub.send({ time: NOON - 60_000 + i, identity: `u${i}` });
const until = async (what: string, condition: () => boolean) => {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};
const state = () => hub.pipeline.storing.lag.state;
const letters = () => hub.ledger.deadLetters({}, 100).letters;
const times = async () => (await read(troubled.behind)).map(([t]) => t + 60_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lagging-'));
  troubled = new TroubledStore(memoryStore());
  told = [];
  await start();
  await registerDevice(hub);
});
afterEach(async () => {
  await hub.stop();
  expect(told.filter((line) => line.startsWith('defect'))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('while the store is away', () => {
  it('says so once, since when and why, and is told how much it lacks; then that it has everything', async () => {
    await send(0);
    await hub.stored();
    troubled.fail(says('store.unavailable'));
    for (let i = 1; i <= 5; i++) await send(i);
    await until('some failures', () => (hub.pipeline.storing.lag.lastError?.code ?? null) !== null);
    const lag = hub.pipeline.storing.lag;
    expect(lag).toMatchObject({
      state: 'waits',
      since: NOON,
      code: 'store.unavailable',
      reason: 'it says store.unavailable',
      behindRecords: 5,
      remainingMs: null,
    });
    expect(lag.remedy).toMatch(/goes on by itself/);
    expect(hub.live).toHaveLength(6 * 2);
    expect(hub.latest.newest(TEMPERATURE)?.t).toBe(NOON - 60_000 + 5);
    troubled.fail(null);
    await hub.stored();
    await until('works', () => state() === 'works');
    expect(told).toEqual(['waits: it says store.unavailable']);
    expect(hub.caughtUp.at(-1)).toBe(0);
    expect(await times()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(hub.pipeline.storing.lag).toMatchObject({ reason: null, remedy: null, behindRecords: 0, oldestMs: 0 });
    expect(hub.pipeline.storing.lag.lastError?.code).toBe('store.unavailable');
  });

  it('says that it is stopped where somebody must mend it, and goes on by itself when that is done', async () => {
    await hub.stop();
    await start({ storeStoppedMs: 100 });
    troubled.fail(says('store.unavailable'));
    await send(0);
    await until('waits', () => state() === 'waits');
    troubled.fail(says('store.credentials'));
    await until('stopped', () => state() === 'stopped');
    expect(hub.pipeline.storing.lag.remedy).toMatch(/timeseries\.influxdb\.token/);
    troubled.fail(null);
    await hub.stored();
    expect(told).toEqual(['waits: it says store.unavailable', 'stopped: it says store.credentials']);
    expect(await times()).toEqual([0]);
  });

  it('starts all the same, and has everything when the store comes', async () => {
    await hub.stop();
    troubled.fail(says('store.unavailable'));
    await start();
    for (let i = 0; i < 3; i++) await send(i);
    await editIn(hub, ...put(row(NOON + 5, 30)));
    expect(hub.live.length).toBeGreaterThan(0);
    await until('waits', () => state() === 'waits');
    troubled.fail(null);
    await hub.stored();
    expect(await read(troubled.behind)).toHaveLength(4);
  });

  it('ends at once, however long it would wait [limit ingest.storeStoppedMs]', async () => {
    await hub.stop();
    await start({ storeStoppedMs: 600_000 });
    troubled.fail(says('store.missing'));
    await send(0);
    await until('stopped', () => state() === 'stopped');
    const began = performance.now();
    await hub.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    troubled.fail(null);
    await start();
    await hub.stored();
    expect(await times()).toEqual([0]);
  });

  it('ends in time where the store hangs, and loses nothing [limit ingest.stopMs]', async () => {
    await hub.stop();
    await start({ stopMs: 50 });
    let hangs = false;
    troubled.before = (name) => {
      if (name !== 'write') return undefined;
      hangs = true;
      return new Promise(() => undefined);
    };
    await send(0);
    await until('a write that hangs', () => hangs);
    const began = performance.now();
    await hub.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    troubled.fail(null);
    await start();
    await hub.stored();
    expect(await times()).toEqual([0]);
  });

  it('keeps in memory what it may, and reads the rest from the journal [limit ingest.pendingRows]', async () => {
    await hub.stop();
    await start({ pendingRows: 10_000 });
    troubled.fail(says('store.unavailable'));
    await Promise.all(Array.from({ length: 5500 }, (_, i) => send(i)));
    await Promise.all(Array.from({ length: 500 }, (_, i) => send(5500 + i)));
    expect(hub.pipeline.storing.isLive).toBe(false);
    expect(hub.live).toHaveLength(6000 * 2);
    troubled.fail(null);
    await hub.stored();
    expect(await times()).toHaveLength(6000);
    expect(new Set(await times()).size).toBe(6000);
  });
});

describe('what the store refuses for good', () => {
  const isBad = (t: number) => (t - NOON + 60_000) % 4 === 3;
  const badRows = (batch: RowBatch) =>
    Array.from({ length: batch.length }, (_, i) => i).filter((i) => batch.ds[i] === TEMPERATURE && isBad(batch.t[i]!));

  it('becomes a dead letter with its words, and is no latest value; the others are stored', async () => {
    troubled.after = (name, answer, [batch]) => {
      if (name !== 'write') return answer;
      const rejected = badRows(batch as RowBatch).map((index) => ({ index, detail: 'field type conflict' }));
      return { ...(answer as WriteReport), rejected };
    };
    for (let i = 0; i < 4; i++) await send(i);
    await hub.stored();
    expect(letters()).toEqual([
      expect.objectContaining({ code: 'store.rejected', source: 'test', device: '24e124136b325678', at: NOON }),
    ]);
    expect(letters()[0]?.detail).toBe('Datastream 1, 2026-01-01T11:59:00.003Z: field type conflict');
    expect(hub.pipeline.counters.rejected).toBe(1);
    expect(told).toEqual([`rejected: 1, ${letters()[0]?.detail}`]);
    expect(hub.pipeline.counters.deadLetters.get('store.rejected')).toBe(1);
    // live clients were told, as of every reading
    expect(hub.live).toHaveLength(4 * 2);
  });

  it('is found among the others where the store refuses all of them', async () => {
    troubled.before = (name, [batch]) => {
      if (name === 'write' && badRows(batch as RowBatch).length > 0)
        throw new CodedError('reading.type', 'a text for a number');
    };
    await Promise.all(Array.from({ length: 40 }, (_, i) => send(i)));
    await hub.stored();
    expect((await times()).filter((t) => t % 4 === 3)).toEqual([]);
    expect(await times()).toHaveLength(30);
    expect(letters()).toHaveLength(10);
    expect(told.filter((line) => !line.startsWith('rejected'))).toEqual([]);
    await settledIn(hub);
    expect(hub.latest.newest(TEMPERATURE)?.t).toBe(NOON - 60_000 + 38);
  });

  it('is found also where the store says nothing but that it failed; where nothing works it is the store', async () => {
    troubled.before = (name, [batch]) => {
      if (name === 'write' && badRows(batch as RowBatch).length > 0) throw new Error('a defect');
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => send(i)));
    await hub.stored();
    expect(await times()).toEqual([0, 1, 2, 4, 5, 6]);
    expect(letters()).toHaveLength(2);
    troubled.before = (name) => {
      if (name === 'write') throw new Error('a defect');
    };
    let failures = 0;
    const fail = troubled.before;
    troubled.before = (name, args) => {
      failures++;
      return fail(name, args);
    };
    await send(8);
    await until('many attempts', () => failures > 20);
    troubled.fail(null);
    await hub.stored();
    expect(await times()).toEqual([0, 1, 2, 4, 5, 6, 8]);
    expect(letters()).toHaveLength(2);
  });

  it('is an edit: the others of its record are done', async () => {
    troubled.after = (name, answer) =>
      name === 'edit' ? [{ rec: hub.journal.last, index: 1, detail: 'no such field' } satisfies RejectedEdit] : answer;
    await editIn(hub, ...put(row(NOON + 5, 30), row(NOON + 6, 31)));
    await hub.stored();
    expect(letters()).toEqual([
      expect.objectContaining({ code: 'store.rejected', source: 'api', device: null, detail: 'Edit 1: no such field' }),
    ]);
  });

  it('is one edit of a thousand where the store refuses them all', async () => {
    const isRefused = (batches: readonly EditBatch[]) =>
      batches.some(({ edits }) => edits.some((edit) => edit.op === 'put' && edit.row.r === 700));
    troubled.before = (name, [batches]) => {
      if (name === 'edit' && isRefused(batches as EditBatch[])) throw says('store.unsupported');
    };
    await editIn(hub, ...put(...Array.from({ length: 1500 }, (_, i) => row(NOON + i, i))));
    await hub.stored();
    expect(await read(troubled.behind)).toHaveLength(1499);
    expect(letters()).toEqual([expect.objectContaining({ detail: 'Edit 700: it says store.unsupported' })]);
    expect(hub.pipeline.pendingEdits).toBe(0);
  });

  it('is remembered with the checkpoint, whatever happens then', async () => {
    troubled.before = (name, [batch]) => {
      if (name === 'write' && badRows(batch as RowBatch).length > 0) throw says('reading.type');
    };
    await send(3);
    await hub.stored();
    // as a kill would leave it
    const saved = hub.ledger.flush();
    expect(saved).toBe(true);
    await hub.stop();
    await start();
    expect(letters()).toHaveLength(1);
    expect(hub.pipeline.storing.stored).toBe(hub.journal.last);
  });
});

describe('another store in the place of the known one', () => {
  const fill = async () => {
    for (let i = 0; i < 5; i++) await send(i);
    await editIn(hub, ...put(row(NOON + 5, 30), row(NOON + 6, 31)));
    await hub.stored();
    await editIn(hub, await removal(hub, NOON - 60_000 + 2));
    await hub.stored();
    return read(troubled.behind);
  };

  it('is filled from the journal as soon as something is written; nobody is told anything again', async () => {
    const before = await fill();
    expect(before).toHaveLength(6);
    const live = hub.live.length;
    troubled.before = (name) => {
      if (name !== 'write') return;
      troubled.fail(null);
      troubled.behind = memoryStore();
      throw says('store.replaced');
    };
    await send(7);
    await hub.stored();
    expect(await read(troubled.behind)).toEqual([...before, [-59_993, 0, 20.7]].sort((a, b) => a[0]! - b[0]!));
    expect(hub.live).toHaveLength(live + 2);
    expect(told).toEqual([`replaced: ${hub.journal.last}`]);
    expect(hub.latest.newest(TEMPERATURE)?.t).toBe(NOON + 6);
  });

  it('is noticed also where nothing is written', async () => {
    await hub.stop();
    await start({ checkpointMs: 10 });
    const before = await fill();
    troubled.behind = memoryStore();
    await until('replaced', () => told.length > 0);
    await hub.stored();
    expect(await read(troubled.behind)).toEqual(before);
  });

  it('shows edits of the API while it is filled, and deleted ones stay away', async () => {
    const before = await fill();
    const empty = memoryStore();
    troubled.behind = empty;
    let writes = 0;
    const gate = Promise.withResolvers<void>();
    troubled.before = async (name) => {
      if (name === 'write' && writes++ === 0) await gate.promise;
    };
    await send(8);
    await until('it is filled', () => writes > 0);
    expect((await hub.overlay.at(TEMPERATURE, NOON + 5)).r[0]).toBe(30);
    gate.resolve();
    await hub.stored();
    expect(await read(empty)).toHaveLength(before.length + 1);
  });

  it('gets more edits than memory holds at once [limit ingest.pendingEdits]', async () => {
    await hub.stop();
    await start({ pendingEdits: 1000 });
    const most = 20;
    for (let i = 0; i < most; i++) {
      await editIn(hub, ...put(...Array.from({ length: 100 }, (_, k) => row(NOON + i * 100 + k, k))));
      await hub.stored();
    }
    const before = await read(troubled.behind);
    let waiting = 0;
    troubled.before = () => {
      waiting = Math.max(waiting, hub.pipeline.pendingEdits);
    };
    await hub.stop();
    troubled.behind = memoryStore();
    await start({ pendingEdits: 1000 });
    await hub.stored();
    expect(before).toHaveLength(most * 100);
    expect(await read(troubled.behind)).toEqual(before);
    expect(waiting).toBeLessThan(1000);
  });

  it('does not hold up a start by all edits that it lacks [limit ingest.startReadMs]', async () => {
    for (let i = 0; i < 30; i++) await editIn(hub, ...put(row(NOON + i, i)));
    await hub.stored();
    await hub.stop();
    troubled.behind = memoryStore();
    const gate = Promise.withResolvers<void>();
    troubled.before = () => gate.promise;
    await start({ startReadMs: 0 });
    const readable = hub.pipeline.pendingEdits;
    gate.resolve();
    await hub.stored();
    expect(readable).toBeLessThan(30);
    expect(await read(troubled.behind)).toHaveLength(30);
  });
});

describe('what is not kept', () => {
  it('is not stored and no dead letter: it is counted', async () => {
    await hub.stop();
    const keeping = {
      keptFrom: (ds: number) => (ds === TEMPERATURE ? NOON - 60_000 + 2 : Number.NEGATIVE_INFINITY),
      erased: (ds: number, t: number) => ds === TEMPERATURE && t === NOON - 60_000 + 3,
    };
    await start({}, { keeping });
    await Promise.all(Array.from({ length: 5 }, (_, i) => send(i)));
    await editIn(hub, ...put(row(NOON - 60_000 + 3, 30), row(NOON, 31)));
    await hub.stored();
    expect(await times()).toEqual([2, 4, 60_000]);
    expect(hub.pipeline.counters).toMatchObject({ expired: 2, erased: 1 });
    expect(letters()).toEqual([]);
  });
});

test('rows and edits are told when the store has them, and before the checkpoint moves', async () => {
  await hub.stop();
  const seen: [what: string, count: number, checkpoint: number][] = [];
  const name = () => `store:${troubled.behind.identity}`;
  await start(
    {},
    {
      stored: ({ length }) => seen.push(['rows', length, hub.ledger.checkpoint(name())]),
      storedEdits: (batches) => seen.push(['edits', batches.length, hub.ledger.checkpoint(name())]),
    },
  );
  const before = hub.journal.last;
  await send(0);
  await hub.stored();
  await editIn(hub, ...put(row(NOON + 5, 30)));
  await hub.stored();
  expect(seen).toEqual([
    ['rows', 2, before],
    ['edits', 1, before + 1],
  ]);
});

test('what others write never overlaps with a write under way', async () => {
  let underWay = 0;
  let most = 0;
  const gate = async () => {
    underWay++;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay--;
  };
  troubled.before = (name) => (name === 'write' || name === 'revise' ? gate() : undefined);
  const empty = { ds: [], t: [], n: [], r: [], type: [], rec: [], q: [], id: [], x: new Map(), length: 0 };
  const revisions = Array.from({ length: 5 }, () => hub.pipeline.storing.inTurn.revise({ set: empty, remove: empty }));
  await Promise.all([...Array.from({ length: 10 }, (_, i) => send(i)), ...revisions]);
  await hub.stored();
  expect(most).toBe(1);
  expect(await times()).toHaveLength(10);
});
