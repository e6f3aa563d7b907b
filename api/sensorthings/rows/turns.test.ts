import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const loopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('are given one per turn of the event loop, in order', async () => {
    const turns = new Turns(() => false);
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) void turns.next().then(() => seen.push(name));
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      await loopTurn();
      counts.push(seen.length);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    for (let i = 1; i < counts.length; i++) expect(counts[i]! - counts[i - 1]!).toBeLessThanOrEqual(1);
    expect(turns.crowded).toBe(false);
  });

  it('step back while messages wait, but not for ever', async () => {
    let busy = true;
    const turns = new Turns(() => busy);
    let mine = false;
    const first = turns.next().then(() => {
      mine = true;
    });
    for (let i = 0; i < 5; i++) await loopTurn();
    expect(mine).toBe(false);
    busy = false;
    await first;
    busy = true;
    const began = performance.now();
    await turns.next();
    expect(performance.now() - began).toBeGreaterThanOrEqual(20);
  });
});
