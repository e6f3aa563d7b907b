import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELIVERY, type Opened, type RawMessage } from '../../../services/model/index.ts';
import { plain, recordedCases } from '../../envelope/testing/index.ts';
import { mapping, mqttSource } from './index.ts';
import { parsePath, valueAt } from './json-path.ts';
import { mappings } from './testcases.config.ts';

const source = mqttSource(mappings);
const cases = recordedCases(source, new URL('./testcases/', import.meta.url));

function message(topic: string, body: unknown, delivery = 0): RawMessage {
  return { source: 'mqtt', topic, body: Buffer.from(JSON.stringify(body)), receivedAt: 0, delivery };
}

function identity(given: RawMessage): string | null {
  const opened = source.open(given) as Extract<Opened, { ok: true }>;
  return opened.events[0]!.identity;
}

describe('the source mqtt', () => {
  it.each(cases)('opens the recorded case $name', ({ message, expected }) => {
    expect(plain(source.open(message))).toEqual(expected);
  });

  it('has visited every recorded case', () => {
    expect(cases.length).toBe(20);
  });

  it('marks the identity of a message without a time as one that counts only for a repeated delivery', () => {
    const body = { v: 1 };
    const first = identity(message('bays/solingen/12', body));
    expect(first).toMatch(/^~/);
    expect(identity(message('bays/solingen/12', body, DELIVERY.dup))).toBe(first);
    expect(identity(message('bays/solingen/12', body, DELIVERY.reconnected))).toBe(first);
    expect(identity(message('bays/solingen/13', body, DELIVERY.dup))).not.toBe(first);
    const retained = identity(message('bays/solingen/12', body, DELIVERY.retained));
    expect(retained).not.toMatch(/^~/);
    expect(retained).not.toBe(first);
  });

  it('knows a message that tells its time, however it was delivered', () => {
    const body = { at: '2026-03-14T09:26:53Z', water: { level: 207 } };
    const first = identity(message('sensors/creek/7', body));
    expect(first).toMatch(/^[^~]/);
    expect(identity(message('sensors/creek/7', body, DELIVERY.dup))).toBe(first);
    expect(identity(message('sensors/creek/7', { ...body, at: '2026-03-14T09:26:54Z' }))).not.toBe(first);
  });

  it('answers any JSON with a value, never by throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom('sensors/a/b', 'bays/a/b', 'x'), fc.jsonValue(), (topic, body) => {
        expect(typeof source.open(message(topic, body)).ok).toBe('boolean');
      }),
    );
  });
});

describe('a mapping of the configuration', () => {
  const good = { topic: 'a/+id', device: '{id}', values: { level: '.level' } };

  it('may be short', () => {
    expect(mapping.parse(good)).toMatchObject({ values: { level: { path: '.level', type: 'number', scale: 1 } } });
  });

  it.each([
    [{ ...good, topic: 'a/#/b' }, 'topic'],
    [{ ...good, topic: 'a/+id/+id' }, 'topic'],
    [{ ...good, topic: '' }, 'topic'],
    [{ ...good, device: 'one' }, 'device'],
    [{ ...good, device: '{town}' }, 'device'],
    [{ ...good, device: '{.a..b}' }, 'device'],
    [{ ...good, device: '{id' }, 'device'],
    [{ ...good, values: {} }, 'values'],
    [{ ...good, values: { level: 'level' } }, 'values.level.path'],
    [{ ...good, values: { level: '.a[' } }, 'values.level.path'],
    [{ ...good, values: { level: { path: '.a', per: 0 } } }, 'values.level.per'],
    [{ ...good, values: { level: { path: '.a', type: 'integer' } } }, 'values.level.type'],
    [{ ...good, time: { path: '.t', format: 'minutes' } }, 'time.format'],
  ])('%j is refused at %s', (given, path) => {
    const parsed = mapping.safeParse(given);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

describe('a path into JSON', () => {
  it.each([
    ['.', []],
    ['.a', ['a']],
    ['.a.b[0]', ['a', 'b', 0]],
    ['[3].x', [3, 'x']],
    ['.a["odd name"].größe', ['a', 'odd name', 'größe']],
    ['["a\\"b"]', ['a"b']],
  ])('%s has the steps %j', (text, path) => {
    expect(parsePath(text)).toEqual({ ok: true, path });
  });

  it.each(['', 'a', '..a', '.a.', '.a[', '.a[x]', '.a[-1]', '.a b', '["a]', `.${'a'.repeat(300)}`, '.a'.repeat(17)])(
    '%j is refused',
    (text) => {
      expect(parsePath(text).ok).toBe(false);
    },
  );

  it('finds own fields only', () => {
    expect(valueAt({ a: [{ b: 5 }] }, ['a', 0, 'b'])).toBe(5);
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt([], ['length'])).toBeUndefined();
    expect(valueAt('text', [0])).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});
