import { expect, test } from 'vitest';
import type { Refusal } from './connection.ts';
import { type Parcel, send } from './sending.ts';
import { ServerFault } from './server-fault.ts';

const limits = { batchLines: 100, batchBytes: 1_000_000, parallelRequests: 3, refusedRequests: 200 };

/** An InfluxDB that stores the good lines of a request and refuses lines that say `bad`. */
function server(partial: boolean) {
  const stored = new Set<string>();
  let requests = 0;
  const write = async (text: string): Promise<Refusal> => {
    requests++;
    const lines = text.split('\n');
    const bad = lines.filter((line) => line.includes('bad'));
    if (bad.length === 0 || partial) for (const line of lines) if (!line.includes('bad')) stored.add(line);
    if (bad.length === 0) return null;
    return {
      status: 400,
      detail: partial ? `partial write: too old dropped=${bad.length}` : `unable to parse '${bad[0]}'`,
    };
  };
  return { write, stored, requests: () => requests };
}

const lines = (count: number, bad: (i: number) => boolean): string[] =>
  Array.from({ length: count }, (_, i) => (bad(i) ? `bad ${i}` : `good ${i}`));

test.each([true, false])(
  'the guilty lines are found and named, the others are stored (in part: %s)',
  async (partial) => {
    const influx = server(partial);
    const all = lines(1000, (i) => i % 97 === 13);
    const parcel: Parcel = { where: 'current', lines: all };
    const [refused] = await send([parcel], { connection: influx, options: limits });
    const guilty = all.flatMap((line, i) => (line.startsWith('bad') ? [i] : []));
    expect([...refused!.keys()].sort((a, b) => a - b)).toEqual(guilty);
    expect(influx.stored.size).toBe(all.length - guilty.length);
    expect(refused!.get(13)).toMatch(partial ? /too old/ : /unable to parse 'bad 13'/);
  },
);

test('where InfluxDB says that it left out all lines of a request, nobody looks for the guilty ones', async () => {
  const influx = server(true);
  const [refused] = await send([{ where: 'current', lines: lines(1000, () => true) }], {
    connection: influx,
    options: limits,
  });
  expect(refused!.size).toBe(1000);
  expect(influx.requests()).toBe(10);
});

test('the search ends after so many requests; then every line in doubt is refused, with the reason [limit timeseries.influxdb.refusedRequests]', async () => {
  const influx = server(true);
  const options = { ...limits, refusedRequests: 20 };
  const all = lines(10_000, (i) => i % 2 === 0);
  const [refused] = await send([{ where: 'current', lines: all }], { connection: influx, options });
  expect(influx.requests()).toBeLessThan(200);
  for (const [i, line] of all.entries()) if (line.startsWith('bad')) expect(refused!.has(i)).toBe(true);
  for (const i of refused!.keys()) expect(refused!.get(i)).toMatch(/too old/);
  // what is refused though it is good stands in InfluxDB already: as a dead letter it does no harm
  for (const [i, line] of all.entries()) expect(influx.stored.has(line) || refused!.has(i)).toBe(true);
});

test('a request that is too large is halved until it fits; a line that never fits is refused', async () => {
  const stored: string[] = [];
  const write = async (text: string): Promise<Refusal> => {
    if (text.length > 60) return { status: 413, detail: 'Request Entity Too Large' };
    stored.push(...text.split('\n'));
    return null;
  };
  const long = `long ${'x'.repeat(100)}`;
  const all = [...lines(40, () => false), long, ...lines(40, () => false)];
  const [refused] = await send([{ where: 'history', lines: all }], { connection: { write }, options: limits });
  expect([...refused!]).toEqual([[40, 'Request Entity Too Large']]);
  expect(stored).toHaveLength(80);
});

test('requests have at most so many lines and bytes, and at most so many are under way', async () => {
  let underWay = 0;
  let most = 0;
  const sizes: number[] = [];
  const write = async (text: string): Promise<Refusal> => {
    most = Math.max(most, ++underWay);
    sizes.push(text.split('\n').length);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return null;
  };
  const options = { ...limits, batchBytes: 10_000 };
  const small = lines(950, () => false);
  const large = Array.from({ length: 5 }, () => 'y'.repeat(4000));
  await send(
    [
      { where: 'current', lines: small },
      { where: 'history', lines: large },
    ],
    { connection: { write }, options },
  );
  expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 2, 2, 50, ...Array.from({ length: 9 }, () => 100)]);
  expect(most).toBe(3);
});

test('a failure is told when no request is under way any more, and nothing is sent behind it', async () => {
  let underWay = 0;
  let sent = 0;
  const write = async (): Promise<Refusal> => {
    underWay++;
    const number = ++sent;
    await new Promise((resolve) => setImmediate(resolve));
    if (number !== 2) await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    if (number === 2) throw new ServerFault('store.unavailable', 'away', true);
    return null;
  };
  const parcel: Parcel = { where: 'current', lines: lines(1000, () => false) };
  await expect(send([parcel], { connection: { write }, options: limits })).rejects.toThrow('away');
  expect(underWay).toBe(0);
  expect(sent).toBe(3);
});
