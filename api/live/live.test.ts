import { afterEach, describe, expect, test } from 'vitest';
import { idsOf, liveStage, type Row } from './testing/index.ts';

const { hub, listen, end } = liveStage();
afterEach(end);

describe('a WebSocket client', () => {
  test('gets a snapshot of the latest values, then values at once as they come', async () => {
    const { url, publish } = await hub([{ value: 7.5 }, {}]);
    const { next } = listen(url);
    expect(await next()).toEqual({
      type: 'snapshot',
      observations: [{ datastream: 1, phenomenonTime: '1970-01-01T00:00:01.000Z', result: 7.5 }],
    });
    publish([2, true, 1], [1, 'wet "today"']);
    expect(await next()).toEqual({
      type: 'observations',
      observations: [
        { datastream: 2, phenomenonTime: '1970-01-01T00:00:02.000Z', result: true, quality: ['implausible'] },
        { datastream: 1, phenomenonTime: '1970-01-01T00:00:02.000Z', result: 'wet "today"' },
      ],
    });
  });

  const rows: Row[] = [
    { domain: 'parking', organisation: 'ulm', at: [9.99, 48.4], value: 1 },
    { domain: 'water', organisation: 'ulm', at: [9.98, 48.39], value: 1 },
    { domain: 'parking', organisation: 'solingen', at: [7.08, 51.17], value: 1 },
    { domain: 'climate', organisation: 'solingen', value: 1 },
  ];
  for (const [query, expected] of [
    ['', [1, 2, 3, 4]],
    ['?domain=parking', [1, 3]],
    ['?domain=parking,climate', [1, 3, 4]],
    ['?domain=parking&domain=climate', [1, 3, 4]],
    ['?organisation=ulm', [1, 2]],
    ['?bbox=7,51,7.2,51.3', [3]],
    ['?bbox=179,-90,10,90', [1, 2, 3]],
    ['?datastream=4,2,99', [2, 4]],
    ['?domain=parking&organisation=ulm', [1]],
  ] as const) {
    test(`with ${query || 'no filter'} gets exactly what matches, in the snapshot and after it`, async () => {
      const { url, publish } = await hub(rows);
      const { next } = listen(`${url}${query}`);
      expect(idsOf(await next())).toEqual(expected);
      publish([1, 2], [2, 2], [3, 2], [4, 2], [99, 2]);
      expect(idsOf(await next())).toEqual(expected);
    });
  }

  test('changes its filter with a message and gets a new snapshot', async () => {
    const { url, publish } = await hub(rows);
    const { socket, next } = listen(`${url}?domain=water`);
    expect(idsOf(await next())).toEqual([2]);
    socket.send(JSON.stringify({ type: 'subscribe', filter: { domain: ['climate'] } }));
    expect(idsOf(await next())).toEqual([4]);
    publish([2, 2], [4, 2]);
    expect(idsOf(await next())).toEqual([4]);
  });

  test('is told what is wrong with its message and keeps its old filter', async () => {
    const { url, publish } = await hub(rows);
    const { socket, next } = listen(`${url}?domain=water`);
    await next();
    const cases: [string, string, RegExp][] = [
      ['{', 'request.json', /JSON/],
      ['[]', 'request.body', /expected object/],
      ['{"type":"publish","filter":{}}', 'request.body', /type/],
      ['{"type":"subscribe","filter":{"domian":["x"]}}', 'request.body', /filter: .*domian/],
      ['{"type":"subscribe","filter":{"domain":"water"}}', 'request.body', /filter\.domain/],
      ['{"type":"subscribe","filter":{"domain":[]}}', 'request.body', /filter\.domain/],
      ['{"type":"subscribe","filter":{"bbox":[1,2,3]}}', 'request.body', /filter\.bbox/],
      ['{"type":"subscribe","filter":{"bbox":[0,50,1,40]}}', 'request.body', /filter\.bbox: south/],
      ['{"type":"subscribe","filter":{"datastream":[1.5]}}', 'request.body', /filter\.datastream\[0\]/],
    ];
    for (const [message, code, detail] of cases) {
      socket.send(message);
      expect(await next()).toEqual({ type: 'error', code, detail: expect.stringMatching(detail) });
    }
    socket.send(Buffer.from('{}'), { binary: true });
    expect(await next()).toMatchObject({ type: 'error', code: 'request.body' });
    publish([1, 1], [2, 5]);
    expect(idsOf(await next())).toEqual([2]);
  });

  test('with a wrong filter in the address is told so and closed', async () => {
    const { url } = await hub(rows);
    for (const [query, detail] of [
      ['?bbox=a,b,c,d', /bbox/],
      ['?domian=x', /domian/],
      ['?datastream=', /datastream/],
    ] as const) {
      const { next, closed } = listen(`${url}${query}`);
      expect(await next()).toEqual({ type: 'error', code: 'query.option', detail: expect.stringMatching(detail) });
      expect(await closed).toMatchObject({ code: 1008, reason: expect.stringMatching(detail) });
    }
  });
});

describe('what a reader may not see does not exist for it', () => {
  const rows: Row[] = [
    { visibility: 'public', value: 1 },
    { visibility: 'organisation', value: 1 },
    { visibility: 'internal', value: 1 },
    { visibility: 'internal', organisation: 'solingen', value: 1 },
  ];
  for (const [name, headers, expected] of [
    ['nobody', {}, [1]],
    ['a member of Ulm', { authorization: 'Bearer ulm' }, [1, 2, 3]],
    ['the operator', { authorization: 'Bearer admin' }, [1, 2, 3, 4]],
    [
      'the operator by a page of another web site',
      { authorization: 'Bearer admin', origin: 'https://evil.example' },
      [1],
    ],
  ] as const) {
    test(`${name} sees Datastreams ${expected.join(', ')}, also when asking for all by their ids`, async () => {
      const { url, publish } = await hub(rows);
      for (const query of ['', '?datastream=1,2,3,4']) {
        const { next } = listen(`${url}${query}`, headers);
        expect(idsOf(await next())).toEqual(expected);
        publish([1, 2], [2, 2], [3, 2], [4, 2]);
        expect(idsOf(await next())).toEqual(expected);
      }
    });
  }

  test('readers with different rights and the same filter share nothing', async () => {
    const { url, publish } = await hub(rows);
    const operator = listen(url, { authorization: 'Bearer admin' });
    await operator.next();
    const nobody = listen(url);
    expect(idsOf(await nobody.next())).toEqual([1]);
    publish([3, 2], [1, 2]);
    expect(idsOf(await operator.next())).toEqual([3, 1]);
    expect(idsOf(await nobody.next())).toEqual([1]);
  });

  test('a withdrawn Datastream ends within running streams, a published one begins', async () => {
    const { url, publish, put } = await hub(rows);
    const { next } = listen(url);
    await next();
    publish([1, 2], [2, 2]);
    expect(idsOf(await next())).toEqual([1]);
    put(1, { visibility: 'internal' });
    put(2, { visibility: 'public' });
    publish([1, 3], [2, 3]);
    expect(idsOf(await next())).toEqual([2]);
    const later = listen(url);
    expect(idsOf(await later.next())).not.toContain(1);
  });

  test('a wrong token is refused before the connection stands', async () => {
    const { url } = await hub(rows);
    expect(await listen(url, { authorization: 'Bearer wrong' }).refused).toContain('401');
  });
});

test('without clients nobody listens on the bus, and the last one to leave takes its view away', async () => {
  const { url, bus } = await hub([{}]);
  expect(bus.listening).toBe(false);
  const { socket, next, closed } = listen(url);
  await next();
  expect(bus.listening).toBe(true);
  socket.close();
  await closed;
  await expect.poll(() => bus.listening).toBe(false);
});

test('a client that comes while values flow misses none of them', async () => {
  const { url, publish } = await hub([{ value: 0 }]);
  const first = listen(url);
  await first.next();
  publish([1, 41]);
  const second = listen(url);
  expect(idsOf(await second.next())).toEqual([1]);
  expect(await second.next()).toMatchObject({ observations: [{ result: 41 }] });
  publish([1, 42]);
  expect(await second.next()).toMatchObject({ observations: [{ result: 42 }] });
});

test('a client that does not say goodbye holds up a stop no longer than it may [limit live.closeSeconds]', async () => {
  const { url, doors } = await hub([{}], { closeSeconds: 0.1 });
  const { socket, next, closed } = listen(url);
  await next();
  // it reads nothing any more, so it never hears of the end
  socket.pause();
  const began = performance.now();
  await doors.stop();
  expect(performance.now() - began).toBeGreaterThan(90);
  expect(performance.now() - began).toBeLessThan(5000);
  socket.resume();
  await closed;
});

test('when the hub stops every client is told', async () => {
  const { url, doors } = await hub([{}]);
  const { next, closed } = listen(url);
  await next();
  await doors.stop();
  expect(await closed).toEqual({ code: 1001, reason: 'the hub stops' });
});
