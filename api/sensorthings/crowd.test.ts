import { describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';

describe('queries under way', () => {
  it('are bounded in all and per address, and a place is free again when its query leaves [limit sensorthings.maxQueries] [limit sensorthings.maxQueriesPerAddress]', () => {
    const crowd = new Crowd({ maxQueries: 3, maxQueriesPerAddress: 2 });
    const first = crowd.enter('a');
    crowd.enter('a');
    expect(() => crowd.enter('a')).toThrow(/maxQueriesPerAddress/);
    crowd.enter('b');
    expect(() => crowd.enter('c')).toThrow(/maxQueries\)/);
    first();
    // leaving twice frees one place only
    first();
    crowd.enter('c');
    expect(() => crowd.enter('d')).toThrow(/maxQueries\)/);
  });
});
