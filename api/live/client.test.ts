import { expect, test } from 'vitest';
import { client, type Pipe } from './client.ts';
import { errorFrame, type Frame, frame, liveTexts, noticeFrame, snapshotFrame } from './values.ts';

const liveText = liveTexts();

function lagging(snapshotFrames: () => Frame[] | null = () => []) {
  const clock = { at: 0, now: () => clock.at };
  const sent: unknown[] = [];
  const cuts: string[] = [];
  const pipe = {
    buffered: 0,
    write: (given: Frame) => void sent.push(JSON.parse(String(given.json))),
    cut: (reason: string) => void cuts.push(reason),
  };
  const hidden = new Set<number>();
  let replaced = 0;
  const options = { keepLatestBytes: 1000, cutBytes: 10_000, slowSeconds: 30, leastBytesPerSecond: 1000 };
  const made = client({
    pipe: pipe as Pipe,
    clock,
    options,
    snapshot: snapshotFrames,
    wants: (id) => !hidden.has(id),
    replaced: () => replaced++,
  });
  return { made, pipe, clock, sent, cuts, hidden, replaced: () => replaced };
}
const values = (...rows: [number, number, number][]) =>
  frame(
    'observations',
    rows.map(([ds, t, r]) => liveText(ds, t, r, 0)),
  );
const resultsOf = (message: unknown) =>
  (message as { observations: { datastream: number; result: number }[] }).observations.map((o) => [
    o.datastream,
    o.result,
  ]);

test('a client that keeps up gets every value', () => {
  const { made, sent } = lagging();
  made.offer(values([1, 0, 1]));
  made.offer(values([1, 1, 2]));
  expect(sent.map(resultsOf)).toEqual([[[1, 1]], [[1, 2]]]);
});

test('a client that lags gets the latest value of each Datastream once it has caught up', () => {
  const { made, pipe, sent, replaced } = lagging();
  pipe.buffered = 1001;
  made.offer(values([1, 1, 10], [2, 1, 20]));
  made.offer(values([1, 3, 12]));
  made.offer(values([1, 2, 11]));
  expect(sent).toEqual([]);
  expect(made.lagging).toBe(true);
  pipe.buffered = 1000;
  made.settle();
  expect(sent.map(resultsOf)).toEqual([
    [
      [1, 12],
      [2, 20],
    ],
  ]);
  expect(replaced()).toBe(2);
  expect(made.lagging).toBe(false);
  // it is told how many it has missed, once
  expect(sent).toEqual([expect.objectContaining({ skipped: 2 })]);
  made.offer(values([1, 4, 13]));
  expect(sent[1]).not.toHaveProperty('skipped');
});

test('values that waited go out with the next ones, in one message', () => {
  const { made, pipe, sent } = lagging();
  pipe.buffered = 2000;
  made.offer(values([1, 1, 10]));
  pipe.buffered = 0;
  made.offer(values([2, 1, 20]));
  expect(sent.map(resultsOf)).toEqual([
    [
      [1, 10],
      [2, 20],
    ],
  ]);
});

test('a value that was withdrawn while it waited is not sent', () => {
  const { made, pipe, sent, hidden } = lagging();
  pipe.buffered = 2000;
  made.offer(values([1, 1, 10], [2, 1, 20]));
  hidden.add(1);
  pipe.buffered = 0;
  made.settle();
  expect(sent.map(resultsOf)).toEqual([[[2, 20]]]);
});

test('too many unsent bytes cut the client [limit live.cutBytes]', () => {
  const { made, pipe, cuts, sent } = lagging();
  pipe.buffered = 10_001;
  made.offer(values([1, 1, 1]));
  made.offer(values([1, 2, 1]));
  pipe.buffered = 0;
  made.settle();
  expect(cuts).toEqual(['bytes']);
  expect(sent).toEqual([]);
});

test('a large snapshot does not cut the client that has just asked for it', () => {
  const city = snapshotFrame(Array.from({ length: 200 }, (_, i) => Buffer.from(liveText(i, 0, i, 0).text)));
  expect(JSON.parse(String(city.json)).observations).toHaveLength(200);
  const { made, pipe, cuts } = lagging(() => [city]);
  made.restart();
  pipe.buffered = city.json.length;
  expect(pipe.buffered).toBeGreaterThan(10_000);
  made.offer(values([1, 1, 1]));
  expect(cuts).toEqual([]);
  pipe.buffered = city.json.length + 10_001;
  made.offer(values([1, 1, 1]));
  expect(cuts).toEqual(['bytes']);
});

test('a client that lags for too long is cut, also while nothing is published', () => {
  const { made, pipe, cuts, clock } = lagging();
  pipe.buffered = 5000; // 30 s, and 5 s for the bytes
  made.offer(values([1, 1, 1]));
  clock.at = 35_000;
  made.settle();
  expect(cuts).toEqual([]);
  clock.at = 35_001;
  made.settle();
  expect(cuts).toEqual(['time']);
});

test('a client that catches up in between is given its time anew', () => {
  const { made, pipe, cuts, clock } = lagging();
  pipe.buffered = 2000;
  made.offer(values([1, 1, 1]));
  clock.at = 20_000;
  pipe.buffered = 0;
  made.settle();
  pipe.buffered = 2000;
  made.offer(values([1, 2, 1]));
  clock.at = 40_000;
  made.settle();
  expect(cuts).toEqual([]);
});

test('a client that subscribes again and again without reading gets one snapshot when it has caught up', () => {
  const { made, pipe, sent } = lagging(() => [snapshotFrame([])]);
  pipe.buffered = 2000;
  made.offer(values([1, 1, 1]));
  for (let i = 0; i < 100; i++) made.restart();
  made.offer(values([1, 2, 2]));
  pipe.buffered = 0;
  made.settle();
  expect(sent).toEqual([{ type: 'snapshot', observations: [] }]);
});

test('a client that lags while the catalogue changes gets a snapshot and reads the catalogue again', () => {
  const { made, pipe, sent } = lagging(() => [snapshotFrame([Buffer.from(liveText(2, 0, 5, 0).text)])]);
  pipe.buffered = 1001;
  made.offer(values([1, 1, 10]));
  made.offer(noticeFrame({ type: 'gone', datastreams: [1] }));
  made.offer(values([2, 2, 20]));
  pipe.buffered = 0;
  made.settle();
  expect(sent.map((message) => (message as { type: string }).type)).toEqual(['snapshot', 'changed']);
  expect(sent[1]).toEqual({ type: 'changed', things: null });
});

test('what waited goes out before the news that came after it', () => {
  const { made, pipe, sent } = lagging();
  pipe.buffered = 2000;
  made.offer(values([1, 1, 10]));
  pipe.buffered = 0;
  made.offer(noticeFrame({ type: 'gone', datastreams: [3] }));
  expect(sent.map((message) => (message as { type: string }).type)).toEqual(['observations', 'gone']);
});

test('a client that is told nothing and does not read is cut after its time too', () => {
  const { made, pipe, clock, cuts } = lagging();
  pipe.buffered = 2000;
  made.settle();
  clock.at = 33_000;
  made.settle();
  expect(cuts).toEqual(['time']);
});

test('of the answers to a client that does not read only the last one waits', () => {
  const { made, pipe, sent } = lagging();
  pipe.buffered = 2000;
  for (let i = 0; i < 1000; i++) made.answer(errorFrame('request.body', `${i}`));
  expect(sent).toEqual([]);
  pipe.buffered = 0;
  made.settle();
  made.settle();
  expect(sent).toEqual([{ type: 'error', code: 'request.body', detail: '999' }]);
  made.answer(errorFrame('request.body', 'at once'));
  expect(sent).toHaveLength(2);
});

test('while its snapshot is made a client hears nothing, then the snapshot, and that the catalogue has changed meanwhile', () => {
  let ready: Frame[] | null = null;
  const { made, sent } = lagging(() => ready);
  made.restart();
  made.offer(values([1, 1, 10]));
  made.offer(noticeFrame({ type: 'gone', datastreams: [3] }));
  made.settle();
  expect(sent).toEqual([]);
  ready = [snapshotFrame([]), values([1, 1, 10])];
  made.settle();
  made.settle();
  expect(sent.map((message) => (message as { type: string }).type)).toEqual(['snapshot', 'observations', 'changed']);
});
