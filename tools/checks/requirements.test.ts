import { describe, expect, test } from 'vitest';
import { checkPlanted } from './planted.ts';
import { REQUIREMENT_ROOT, REQUIREMENTS } from './requirement-list.ts';
import { requirementPages, requirementsCheck } from './requirements.ts';

describe('the check of requirements', () => {
  const list = [['request-data/count', '9.3.3.4', 'counts']] as const;
  const claimed = [`${REQUIREMENT_ROOT}request-data/count`];
  // put together, so that this file names no requirement itself
  const tagged = (uri: string) => `test('counts all [${'req'} ${uri}]', () => {});\n`;
  const folders = { 'gateway/a.ts': '', 'ingest/a.ts': '', 'services/a.ts': '', 'test/a.ts': '' };
  const check = async (text: string, claims = claimed) =>
    await checkPlanted(requirementsCheck(claims, list), { ...folders, 'api/x.test.ts': text });

  test('finds nothing when each has a test and the landing page claims it', async () => {
    const result = await check(tagged('request-data/count'));
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('1 requirements, 1 tests that name them');
  });
  test('finds a requirement without a test', async () => {
    expect((await check('test("counts", () => {});')).findings.join()).toContain('no test proves request-data/count');
  });
  test('finds a test that names what is no requirement', async () => {
    const { findings } = await check(tagged('request-data/count') + tagged('request-data/counts'));
    expect(findings).toEqual(['api/x.test.ts:2: request-data/counts is no requirement']);
  });
  test('finds what the landing page claims too much and too little', async () => {
    const { findings } = await check(tagged('request-data/count'), [`${REQUIREMENT_ROOT}request-data/sum`]);
    expect(findings).toEqual([
      'api/sensorthings: the landing page lacks request-data/count',
      'api/sensorthings: request-data/sum is no requirement',
    ]);
  });
  test('the table names tests without the places of their cases', async () => {
    const text = `test.each([[1]])('is told at QoS %i, then %s [${'req'} request-data/count]', () => {});\n`;
    const page = {
      name: 'page',
      run: async ({ root }: { root: string }) => ({ visited: requirementPages(root)[0]?.text ?? '', findings: [] }),
    };
    const { visited } = await checkPlanted(page, { ...folders, 'api/x.test.ts': text });
    expect(visited).toContain('[is told at QoS …, then …](../../api/x.test.ts)');
  });
  test('knows all 48 requirements of the standard', () => {
    expect(new Set(REQUIREMENTS.map(([uri]) => uri)).size).toBe(48);
  });
});
