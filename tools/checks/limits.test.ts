import { describe, expect, test } from 'vitest';
import type { LimitOption } from '../../services/config/index.ts';
import { limitPages, limitsCheck } from './limits.ts';
import { checkPlanted } from './planted.ts';

const queue: LimitOption = { path: 'bus.queue', defaultText: '10', description: 'Beyond it | 503.', limit: true };
const unsaid: LimitOption = { path: 'bus.speed', defaultText: '1', description: 'How fast.', limit: null };
// put together, so that this file names no limit itself
const tagged = (...names: string[]) =>
  `test('is full ${names.map((name) => `[${'limit'} ${name}]`).join(' ')}', () => {});\n`;
const folders = { 'gateway/a.ts': '', 'ingest/a.ts': '', 'services/a.ts': '', 'test/a.ts': '' };
const check = async (text: string, options: readonly LimitOption[] = [queue]) =>
  await checkPlanted(
    limitsCheck(async () => options),
    { ...folders, 'api/x.test.ts': text },
  );

describe('the check of limits', () => {
  test('finds nothing where each has a test', async () => {
    const result = await check(tagged('bus.queue'));
    expect(result).toEqual({ visited: '1 limits, 1 tests that name them', findings: [] });
  });
  test('finds a limit without a test', async () => {
    expect((await check("test('is full', () => {});")).findings).toEqual([
      `options.ts: no test names [${'limit'} bus.queue]`,
    ]);
  });
  test('finds a test of what is no limit', async () => {
    const { findings } = await check(tagged('bus.queue', 'bus.queues'));
    expect(findings).toEqual(['api/x.test.ts:1: bus.queues is no limit']);
  });
  test('finds a number of which nothing is said', async () => {
    expect((await check(tagged('bus.queue'), [queue, unsaid])).findings.join()).toContain('say of bus.speed');
  });
  test('the page has one row for each with its tests', async () => {
    const page = {
      name: 'page',
      run: async ({ root }: { root: string }) => ({
        visited: (await limitPages(root, async () => [queue, unsaid]))[0]?.text ?? '',
        findings: [],
      }),
    };
    const { visited } = await checkPlanted(page, { ...folders, 'api/x.test.ts': tagged('bus.queue', 'bus.other') });
    expect(visited).toContain('| `bus.queue` | `10` | Beyond it \\| 503. | [is full](../../api/x.test.ts) |');
    expect(visited).not.toContain('bus.speed');
  });
});
