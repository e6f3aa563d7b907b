import { expect, test } from 'vitest';
import { readFlags } from './flags.ts';

test('the bench says in one line which flags there are when it is given another one', () => {
  expect(readFlags(['--api', '--datastreams', '7'])).toMatchObject({ api: true, datastreams: '7', seconds: '60' });
  for (const args of [['--secnds', '5'], ['--api=5'], ['--seconds'], ['api']]) {
    expect(() => readFlags(args), args.join(' ')).toThrow(/^[^\n]+; there are --seconds, .*--help$/);
  }
});
