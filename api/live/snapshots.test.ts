import { expect, test } from 'vitest';
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import { Members } from './members.ts';
import { type Scene, Snapshots } from './snapshots.ts';
import { type Frame, frame, liveTexts, noticeFrame } from './values.ts';

const liveText = liveTexts();

/** A city of so many Datastreams, each with its id as value; a look at one takes `micros`. Turns are given out by the test. */
function stage(size: number, micros = 50) {
  const waiting: (() => void)[] = [];
  const made: { view: Scene; frames: Frame[] }[] = [];
  const failures: unknown[] = [];
  const unwanted = new Set<Scene>();
  const hidden = new Set<number>();
  const city = (): Scene => ({
    members: new Members(),
    selection: {
      candidates: () => Array.from({ length: size }, (_, i) => i + 1),
      has(id) {
        const end = performance.now() + micros / 1000;
        while (performance.now() < end);
        return !hidden.has(id);
      },
    },
  });
  const snapshots = new Snapshots<Scene>({
    catalogue: {} as CatalogueReader,
    latest: { get: (id: number) => ({ t: 1000, result: id, quality: 0 }) } as LatestReader,
    liveText,
    turn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    wanted: (view) => !unwanted.has(view),
    made: (view, frames) => made.push({ view, frames }),
    failed: (error) => failures.push(error),
  });
  /** Gives one turn; milliseconds that it took. */
  const step = async () => {
    const began = performance.now();
    waiting.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
    const took = performance.now() - began;
    await new Promise((resolve) => setImmediate(resolve));
    return took;
  };
  /** Steps until nobody waits any more; how long each took, ascending. */
  const all = async () => {
    const times: number[] = [];
    while (waiting.length > 0) times.push(await step());
    return times.sort((a, b) => a - b);
  };
  return { snapshots, city, made, failures, unwanted, hidden, waiting, step, all };
}

const told = (given: Frame | undefined) => JSON.parse(String(given?.json));

test('a snapshot of a city is made in short slices, one in a turn, however many are asked for at once', async () => {
  const { snapshots, city, made, waiting, all } = stage(2000);
  for (let i = 0; i < 3; i++) snapshots.ask(city());
  expect(waiting).toHaveLength(1);
  const times = await all();
  // 100 ms each
  expect(times.length).toBeGreaterThan(100);
  // others use this machine too
  expect(times[times.length >> 1]).toBeLessThan(4);
  expect(made.map(({ frames }) => told(frames[0]).observations.length)).toEqual([2000, 2000, 2000]);
  expect(told(made[0]!.frames[0]).observations[1999]).toMatchObject({ datastream: 2000, result: 2000 });
});

test('what happens to a view while its snapshot is made comes right behind it, in its order, of values the latest', async () => {
  const { snapshots, city, made, hidden, step, all } = stage(2000);
  const view = city();
  snapshots.ask(view);
  await step();
  hidden.add(4);
  snapshots.published(view, [liveText(1, 3000, 'newer', 0), liveText(4, 3000, 'hidden', 0)]);
  snapshots.published(view, [liveText(1, 2000, 'older', 0)]);
  snapshots.told(view, noticeFrame({ type: 'gone', datastreams: [4] }));
  snapshots.published(city(), [liveText(2, 3000, 'of another view', 0)]);
  snapshots.published(view, [liveText(3, 3000, 'last', 0)]);
  await all();
  const [, ...behind] = made[0]!.frames.map(told);
  expect(behind).toMatchObject([
    { type: 'observations', observations: [{ datastream: 1, result: 'newer' }] },
    { type: 'gone', datastreams: [4] },
    { type: 'observations', observations: [{ datastream: 3, result: 'last' }] },
  ]);
});

test('with too much news behind it a snapshot is made anew', async () => {
  const { snapshots, city, made, step, all } = stage(500);
  const view = city();
  snapshots.ask(view);
  await step();
  for (let i = 0; i < 1000; i++) snapshots.told(view, frame('observations', [liveText(1, i, i, 0)]));
  await all();
  expect(made.map(({ frames }) => frames.length)).toEqual([1]);
  expect(told(made[0]!.frames[0]).observations).toHaveLength(500);
});

test('a snapshot that nobody waits for any more is not made to its end', async () => {
  const { snapshots, city, made, unwanted, waiting, step, all } = stage(2000);
  const [first, second, third] = [city(), city(), city()];
  for (const view of [first, second, third]) snapshots.ask(view);
  await step();
  unwanted.add(first).add(second);
  await step();
  expect(made).toEqual([]);
  expect(waiting).toHaveLength(1);
  await all();
  expect(made.map(({ view }) => view)).toEqual([third]);
});

test('a defect in one does not hold up the others', async () => {
  const { snapshots, city, made, failures, all } = stage(10);
  const broken = city();
  broken.selection.candidates = () => {
    throw new Error('defect');
  };
  snapshots.ask(broken);
  snapshots.ask(city());
  await all();
  expect(failures).toHaveLength(1);
  expect(made).toHaveLength(1);
});
