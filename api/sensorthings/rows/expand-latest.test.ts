/** The newest Observation of each Datastream, from memory where it knows it. */
import { describe, expect, it } from 'vitest';
import type { LatestReader, NewestRow, ObservationSource } from '../../../services/timeseries/index.ts';
import { cityStore, NOW, serve } from '../testing/index.ts';

const QUERY = '/Datastreams?$select=id&$expand=Observations($orderby=phenomenonTime desc;$top=1;$select=result)';
const HOUR = 3_600_000;
const row = (more: Partial<NewestRow> = {}): NewestRow => ({
  t: NOW - HOUR,
  n: 0,
  id: 0,
  type: 0,
  r: 42,
  q: 0,
  x: null,
  ...more,
});
const known = (
  newest: (ds: number) => NewestRow | null | undefined,
  extent: LatestReader['extent'] = () => ({ first: NOW - 24 * HOUR, last: NOW - HOUR }),
): LatestReader => ({ get: () => null, newest, extent });

const refuse = () => {
  throw new Error('the store was asked for more than it must be');
};
const refusing: ObservationSource = {
  scan: refuse,
  count: refuse,
  at: refuse,
  last: refuse,
  byAssignedId: refuse,
  byClaim: refuse,
  occupied: refuse,
  extents: refuse,
  aggregate: refuse,
};

async function served(latest: LatestReader, query = QUERY) {
  const store = await cityStore();
  const asked: (readonly number[])[] = [];
  const api = await serve({
    latest,
    store: {
      ...refusing,
      count: (query) => store.count(query),
      last(ids) {
        asked.push(ids);
        return store.last(ids);
      },
    },
  });
  const { body, status } = await api.get(query);
  await api.stop();
  expect([status, body.detail]).toEqual([200, undefined]);
  type Expanded = { Observations: { result: unknown }[]; 'Observations@iot.nextLink'?: string };
  const results = (body.value as Expanded[]).map((d) => d.Observations.map((o) => o.result));
  return { asked, results, links: (body.value as Expanded[]).map((d) => d['Observations@iot.nextLink'] !== undefined) };
}

describe('the newest Observation of each Datastream', () => {
  it('comes from memory, and the store is not asked', async () => {
    const { asked, results, links } = await served(known((ds) => (ds === 5 ? null : row({ r: ds / 2 }))));
    expect(results).toEqual([[0.5], [1.5], [2], []]);
    expect(links).toEqual([true, true, true, false]);
    expect(asked).toEqual([]);
  });

  it('comes from the store in one question for those that memory does not know', async () => {
    const { asked, results } = await served(known((ds) => (ds === 1 ? row() : undefined)));
    expect(asked).toEqual([[3, 4, 5]]);
    expect(results).toEqual([[42], [23], [true], []]);
  });

  it('is text or flagged where the row says so', async () => {
    const text = known(() => row({ type: 2, r: Number.NaN, x: '{"v":"open"}' }));
    expect((await served(text)).results[0]).toEqual(['open']);
  });

  it('has no nextLink where it is the only one', async () => {
    const only = () => ({ first: NOW - HOUR, last: NOW - HOUR });
    expect((await served(known(() => row(), only))).links).toEqual([false, false, false, false]);
    // an interval: its end lies behind its start, and still it is one
    const interval = () => ({ first: NOW - HOUR, last: NOW });
    expect((await served(known(() => row({ x: `{"e":${NOW}}` }), interval))).links[0]).toBe(false);
  });

  it('is counted where it is a further reading of its instant', async () => {
    const only = () => ({ first: NOW - HOUR, last: NOW - HOUR });
    const { links } = await served(
      known(() => row({ n: 1, id: 7 }), only),
      `${QUERY}&$filter=id eq 1`,
    );
    expect(links).toEqual([true]);
  });
});
