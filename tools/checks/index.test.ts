import { describe, expect, test } from 'vitest';
import { checks, runChecks } from './index.ts';

describe('a run of the checks', () => {
  const clean = { name: 'clean', run: async () => ({ visited: '3 files', findings: [] }) };
  const dirty = {
    name: 'dirty',
    run: async () => ({ visited: '2 files', findings: ['a.ts: wrong'], warnings: ['b.ts: long'] }),
  };
  const broken = { name: 'broken', run: async () => Promise.reject(new Error('no table')) };
  const run = async (list: readonly (typeof clean)[]) => {
    const lines: string[] = [];
    return {
      ok: await runChecks(list, { root: '.', write: false }, (line) => lines.push(line)),
      text: lines.join('\n'),
    };
  };
  test('prints one line for each check with what it visited', async () => {
    const { ok, text } = await run([clean]);
    expect(ok).toBe(true);
    expect(text).toMatch(/^✓ clean: 3 files \(\d+ ms\)\n1 checks, no findings$/);
  });
  test('fails on a finding and goes on with the other checks', async () => {
    const { ok, text } = await run([dirty as never, broken as never, clean]);
    expect(ok).toBe(false);
    expect(text).toMatch(/✗ dirty: 2 files, 1 findings .*\n {4}a.ts: wrong\n {4}warning: b.ts: long/);
    expect(text).toContain('the check itself failed: no table');
    expect(text).toContain('✓ clean');
    expect(text).toContain('2 of 3 checks have findings');
  });
  test('there are twelve checks', () => {
    expect(checks.map(({ name }) => name)).toHaveLength(12);
  });
});
