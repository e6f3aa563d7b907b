import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, type Source } from '../../services/model/index.ts';
import {
  contentHash,
  decodeBase64,
  devEui,
  matchesFilter,
  networkTime,
  parseBody,
  topicFilterProblem,
  topicMatcher,
} from './index.ts';

describe('strict base64', () => {
  it('gives back what Node encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(decodeBase64(Buffer.from(bytes).toString('base64'))!)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each(['A', 'AA', 'AAA', 'AA=', '====', 'A===', 'AA-_', 'AA A', 'AAé=', 'QR==', 'QUJ=', '=AAA', 'AA=A', 'AAAA\n'])(
    'refuses %j',
    (text) => {
      expect(decodeBase64(text)).toBeNull();
    },
  );

  it('takes no text that it would not write itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 16 }), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== null) expect(Buffer.from(bytes).toString('base64')).toBe(text);
      }),
    );
  });
});

describe('times of networks', () => {
  it('are read as the general reader reads them', () => {
    const date = fc.date({ min: new Date('1800-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.nat(999_999), fc.constantFrom('Z', '+00:00', '+02:00', ''), (time, rest, zone) => {
        const text = `${time.toISOString().slice(0, -1)}${String(rest).padStart(6, '0')}${zone}`;
        expect(networkTime(text)).toBe(parseTime(text));
      }),
    );
  });

  it.each([
    ['2026-03-14T09:26:53Z', Date.UTC(2026, 2, 14, 9, 26, 53)],
    ['2026-03-14T09:26:53.5Z', Date.UTC(2026, 2, 14, 9, 26, 53, 500)],
    ['2026-03-14T09:26:53.589793238+00:00', Date.UTC(2026, 2, 14, 9, 26, 53, 589)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-02-30T00:00:00Z', Number.NaN],
    ['2026-13-01T00:00:00Z', Number.NaN],
    ['2026-03-14T09:26:53.Z', Number.NaN],
    ['2026-03-14T0x:26:53Z', Number.NaN],
    ['yesterday', Number.NaN],
    ['', Number.NaN],
  ])('reads %j as %d', (text, expected) => {
    expect(networkTime(text)).toBe(expected);
  });
});

describe('a DevEUI', () => {
  it.each([
    ['24E124136D123456', '24e124136d123456'],
    ['24e124136d123456', '24e124136d123456'],
    ['24e124136d12345', null],
    ['24e124136d12345g', null],
    ['24-e1-24-13-6d-12', null],
  ])('%s is known as %s', (text, key) => {
    expect(devEui(text)).toBe(key);
  });
});

describe('a body', () => {
  it('may begin with a byte order mark', () => {
    expect(parseBody(Buffer.from('\uFEFF{"a":1}'))).toEqual({ value: { a: 1 }, problem: null });
  });

  it('that is no JSON gives a short problem', () => {
    const { problem } = parseBody(Buffer.from(`${'x'.repeat(10_000)}`));
    expect(problem!.length).toBeLessThan(200);
    expect(parseBody(new Uint8Array(0)).problem).toContain('empty');
  });
});

describe('topic filters', () => {
  // [MQTT 3.1.1 §4.7.1]: the examples of the standard, and the traps around them.
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player10', false],
    ['sport/#', 'sport', true],
    ['#', 'a/b', true],
    ['#', '$SYS/a', false],
    ['+/a', '$SYS/a', false],
    ['$SYS/#', '$SYS/a', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['a/+/b', 'a//b', true],
    ['a/b', 'a/b/', false],
    ['a/b/', 'a/b', false],
    ['application/+/device/+/event/+', 'application/1/device/2/event/up', true],
    ['application/+/device/+/event/+', 'application/1/device/2/command/down', false],
  ])('%s on %s: %s', (filter, topic, expected) => {
    expect(matchesFilter(filter, topic)).toBe(expected);
  });

  it('agree with a comparison level by level', () => {
    const level = fc.constantFrom('a', 'b', '', 'ab');
    const levels = fc.array(level, { minLength: 1, maxLength: 5 });
    const filters = fc.tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean());
    fc.assert(
      fc.property(filters, levels, ([start, open], topic) => {
        const filter = open ? [...start, '#'] : start;
        const simple =
          (open ? topic.length >= start.length : topic.length === start.length) &&
          start.every((one, i) => one === '+' || one === topic[i]);
        fc.pre(filter.join('/') !== '' && topic.join('/') !== '');
        expect(matchesFilter(filter.join('/'), topic.join('/'))).toBe(simple);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['', 'a/#/b', 'a#', 'a/b+', '+a', 'a\0'])('%j is refused', (filter) => {
    expect(topicFilterProblem(filter)).not.toBeNull();
  });

  it('belong to the first source that has one, and the memory of topics stays bounded', () => {
    const source = (id: string, filter: string): Source => ({
      id,
      topicFilters: [filter],
      open: () => ({ ok: true, events: [] }),
    });
    const many = Array.from({ length: 20 }, (_, i) => source(`more ${i}`, `more/${i}/#`));
    const matcher = topicMatcher([source('one', 'a/+'), source('two', 'a/#'), ...many], 10);
    expect(matcher.match('a/b')?.id).toBe('one');
    expect(matcher.match('a/b/c')?.id).toBe('two');
    for (let i = 0; i < 1000; i++) expect(matcher.match(`x/${i}`)).toBeNull();
    expect(matcher.remembered).toBeLessThanOrEqual(10);
    expect(matcher.remembered).toBeGreaterThan(0);
    expect(matcher.match('a/b')?.id).toBe('one');
  });
});

describe('the fingerprint of a message', () => {
  it('depends on topic and body, and not on where one ends', () => {
    const body = Buffer.from('{}');
    expect(contentHash('a', body)).toBe(contentHash('a', Buffer.from('{}')));
    expect(contentHash('b', body)).not.toBe(contentHash('a', body));
    expect(contentHash('a', Buffer.from('{ }'))).not.toBe(contentHash('a', body));
    expect(contentHash('a', body)).toHaveLength(22);
  });
});
