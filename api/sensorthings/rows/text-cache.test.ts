import { describe, expect, it } from 'vitest';
import { TextCache } from './text-cache.ts';

describe('the cache of texts', () => {
  const made: unknown[] = [];
  const make = (entity: { readonly name: string }) => {
    made.push(entity);
    return [entity.name];
  };

  it('makes a text once for each form and entity', () => {
    made.length = 0;
    const cache = new TextCache(1_000_000);
    const a = { name: 'a' };
    for (let i = 0; i < 3; i++) expect(cache.of('x').pieces(1, a, make)).toEqual(['a']);
    expect(cache.of('y').pieces(1, a, make)).toEqual(['a']);
    expect(made).toHaveLength(2);
  });

  it('makes it anew for a changed entity', () => {
    const texts = new TextCache(1_000_000).of('x');
    texts.pieces(1, { name: 'a' }, make);
    expect(texts.pieces(1, { name: 'b' }, make)).toEqual(['b']);
  });

  it('keeps no more than it has room for, and makes room after a minute of what nobody asked for [limit sensorthings.cacheBytes]', () => {
    let now = 0;
    const cache = new TextCache(10_000, 64, () => now);
    const entities = Array.from({ length: 100 }, () => ({ name: 'e'.repeat(100) }));
    const count = (from: number, to: number) => {
      made.length = 0;
      for (let i = from; i < to; i++) cache.of('x').pieces(i, entities[i]!, make);
      return made.length;
    };
    expect(count(0, 100)).toBe(100);
    // each weighs 250: forty have room, however often all are asked for
    for (let round = 0; round < 3; round++) expect(count(0, 100)).toBe(60);
    now += 60_000;
    expect(count(90, 100)).toBe(10);
    // in the spell that begins the first twenty are asked for, the next twenty are not
    expect(count(0, 20)).toBe(0);
    now += 60_000;
    expect(count(90, 100)).toBe(10);
    expect([count(90, 100), count(0, 20)]).toEqual([0, 0]);
    expect(count(20, 40)).toBe(20);
  });

  it('forgets the form that was asked for longest ago', () => {
    made.length = 0;
    const cache = new TextCache(1_000_000, 2);
    const a = { name: 'a' };
    for (const form of ['x', 'y', 'x', 'z', 'x', 'y']) cache.of(form).pieces(1, a, make);
    // x stays, y goes for z and comes again
    expect(made).toHaveLength(4);
  });
});
