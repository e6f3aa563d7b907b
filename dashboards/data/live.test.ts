import { expect, test } from 'vitest';
import type { LiveValue } from '../../services/model/index.ts';
import { type LivePorts, type LiveState, LiveValues, type SocketLike } from './live.ts';
import { DEFAULTS } from './options.ts';

/** A hub whose sockets and timers the test moves by hand. */
function stage() {
  const sockets: (SocketLike & { sent: string[]; closed: boolean })[] = [];
  const timers: { callback: () => void; delay: number }[] = [];
  const states: LiveState[] = [];
  const values: (readonly LiveValue[])[] = [];
  const news: unknown[] = [];
  const ports: LivePorts = {
    open: () => {
      const socket = {
        sent: [] as string[],
        closed: false,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text: string) => socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
      sockets.push(socket as never);
      return socket as never;
    },
    random: () => 1,
    later: (callback, delay) => {
      const timer = { callback, delay };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
  };
  const live = new LiveValues(
    new URL('ws://hub.test/live'),
    {
      snapshot: (items) => values.push(items),
      observations: (items) => values.push(items),
      latest: (items, none) => news.push(['latest', items.length, ...none]),
      gone: (datastreams) => news.push(['gone', ...datastreams]),
      changed: (things) => news.push(['changed', things]),
      state: (state) => states.push(state),
    },
    DEFAULTS,
    ports,
  );
  const say = (message: unknown) => sockets.at(-1)!.onmessage?.({ data: JSON.stringify(message) });
  const fire = () => {
    const timer = timers.shift()!;
    timer.callback();
    return timer.delay;
  };
  return { live, sockets, timers, states, values, news, say, fire };
}

const SNAPSHOT = {
  type: 'snapshot',
  observations: [{ datastream: 1, phenomenonTime: '2026-01-01T00:00:00Z', result: 1 }],
};

test('the page is live from the snapshot on, not from the open connection', () => {
  const { live, states, values, say } = stage();
  live.start();
  expect(states).toEqual(['connecting']);
  say(SNAPSHOT);
  expect(states).toEqual(['connecting', 'live']);
  expect(values).toEqual([SNAPSHOT.observations]);
});

test('a lost connection is taken up again with growing waits, and a snapshot resets them', () => {
  const { live, sockets, states, say, fire, timers } = stage();
  live.start();
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    sockets.at(-1)!.onclose?.();
    expect(timers).toHaveLength(1);
    waits.push(fire());
  }
  expect(waits).toEqual([500, 1000, 2000]);
  say(SNAPSHOT);
  sockets.at(-1)!.onclose?.();
  expect(timers[0]!.delay).toBe(500);
  expect(states).toEqual(['connecting', 'reconnecting', 'live', 'reconnecting']);
});

test('a connection that never opens is given up', () => {
  const { live, sockets, states, fire } = stage();
  live.start();
  expect(fire()).toBe(DEFAULTS.openTimeout);
  expect(sockets[0]!.closed).toBe(true);
  expect(states.at(-1)).toBe('reconnecting');
});

test('silence is answered with a question, and silence after that ends the connection', () => {
  const { live, sockets, states, say, fire } = stage();
  live.start();
  say(SNAPSHOT);
  say({ type: 'observations', observations: [] });
  expect(fire()).toBe(DEFAULTS.silence);
  expect(sockets[0]!.sent).toEqual([]);
  expect(fire()).toBe(DEFAULTS.silence);
  expect(sockets[0]!.sent).toEqual(['{"type":"subscribe","filter":{}}']);
  fire();
  expect(sockets[0]!.closed).toBe(true);
  expect(states.at(-1)).toBe('reconnecting');
});

test('what an old connection still says is not heard, nor what is no message', () => {
  const { live, sockets, values, fire } = stage();
  live.start();
  const old = sockets[0]!.onmessage!;
  sockets[0]!.onclose?.();
  fire();
  old({ data: JSON.stringify(SNAPSHOT) });
  for (const data of [
    '{',
    '1',
    'null',
    '{"type":"snapshot"}',
    '{"type":"news"}',
    '{"type":"gone"}',
    '{"type":"changed"}',
    new ArrayBuffer(1),
  ]) {
    sockets[1]!.onmessage?.({ data });
  }
  expect(values).toEqual([]);
});

test('what is gone, changed or latest again is heard', () => {
  const { live, values, news, say } = stage();
  live.start();
  say(SNAPSHOT);
  say({ type: 'gone', datastreams: [1, 2] });
  say({ type: 'changed', things: [3] });
  say({ type: 'changed', things: null });
  say({ type: 'latest', observations: SNAPSHOT.observations, none: [4] });
  expect(news).toEqual([
    ['gone', 1, 2],
    ['changed', [3]],
    ['changed', null],
    ['latest', 1, 4],
  ]);
  expect(values).toHaveLength(1);
});

test('a stopped page stays stopped', () => {
  const { live, sockets, timers, states } = stage();
  live.start();
  live.stop();
  expect(timers).toEqual([]);
  expect(sockets[0]!.onclose).toBeNull();
  expect(states.at(-1)).toBe('stopped');
});
