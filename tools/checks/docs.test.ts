import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorPageCheck } from './error-page.ts';
import { generatedCheck } from './generated.ts';
import { lengthsCheck } from './lengths.ts';
import { linksCheck } from './links.ts';
import { optionNamesCheck } from './option-names.ts';
import { checkPlanted } from './planted.ts';

describe('the check of links', () => {
  const page = { 'docs/a.md': '# The first page\n\n<a id="x.y"></a>text', 'README.md': '' };
  test('follows links to files, headings and anchors, and leaves code and the outside alone', async () => {
    const text =
      '[a](docs/a.md) [b](docs/a.md#the-first-page) [c](docs/a.md#x.y) [d](https://x.y/z) `[e](no.md)`\n```\n[f](no.md)\n```\n';
    const result = await checkPlanted(linksCheck(1), { ...page, 'README.md': text });
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('2 pages, 3 links, 0 paths');
  });
  test.each([
    ['[a](docs/b.md)', 'leads to nothing'],
    ['![a](docs/b.png "title")', 'leads to nothing'],
    ['[a](docs/a.md#second)', 'no such heading'],
    ['[a](#nowhere)', 'no such heading'],
    ['[a](/docs/a.md)', 'relative'],
    ['[a](../elsewhere.md)', 'leaves the project'],
  ])('finds %s', async (text, problem) => {
    const { findings } = await checkPlanted(linksCheck(1), { ...page, 'README.md': `\n${text}` });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('README.md:2');
    expect(findings[0]).toContain(problem);
  });
});

describe('the check of paths that pages name', () => {
  const check = async (text: string) =>
    (await checkPlanted(linksCheck(1), { 'ARCHITECTURE.md': text, 'services/bus/port.ts': '' })).findings;
  test('finds a path that does not exist', async () => {
    expect(await check('see `services/bus/prot.ts`')).toEqual([
      'ARCHITECTURE.md: `services/bus/prot.ts` does not exist',
    ]);
    expect(await check('see `hub.ts`')).toEqual(['ARCHITECTURE.md: `hub.ts` does not exist']);
  });
  test('lets real ones and patterns pass', async () => {
    expect(
      await check('`services/bus/port.ts` `services/bus` `services/` `services/*` `gateway/<name>/` `/v1.1/x`'),
    ).toEqual([]);
  });
});

describe('the check of docs/errors.md', () => {
  const codes = { 'a.b': { title: 'It broke', status: 400, fault: 'client', retry: false, remedy: 'Mend it.' } };
  const row = '| <a id="a.b"></a>`a.b` | It broke | 400 | client | no | Mend it. |';
  const check = async (text: string) =>
    (await checkPlanted(errorPageCheck(codes), { 'docs/errors.md': text })).findings;
  test('finds nothing when both say the same', async () => {
    expect(await check(row)).toEqual([]);
  });
  test.each([
    ['a code that is missing', '', 'lacks the code a.b'],
    ['a code that the hub does not have', `${row}\n${row.replaceAll('a.b', 'x.y')}`, 'x.y is no code'],
    ['another title', row.replace('broke', 'burst'), 'title is "It burst"'],
    ['another status', row.replace('400', '404'), 'HTTP status is "404"'],
    ['another fault', row.replace('client', 'hub'), 'who can mend it is "hub"'],
    ['another retry', row.replace(' no ', ' yes '), 'again later is "yes"'],
    ['other advice', row.replace('Mend it.', 'Wait.'), 'what to do is "Wait.", the hub says "Mend it."'],
    ['a row without advice', row.replace('Mend it.', ''), 'what to do'],
    ['a row without an anchor', row.replace('<a id="a.b"></a>', ''), 'needs <a id="a.b">'],
  ])('finds %s', async (_name, text, problem) => {
    const findings = await check(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(problem);
  });
});

describe('the check of generated pages', () => {
  const check = generatedCheck(async () => [{ path: 'docs/reference/options.md', text: 'one\ntwo\n' }]);
  test('finds a page that differs, and one that is missing', async () => {
    const differs = await checkPlanted(check, { 'docs/reference/options.md': 'one\nthree\n' });
    expect(differs.findings.join()).toContain('differs from line 2 on');
    expect((await checkPlanted(check, {})).findings.join()).toContain('is missing');
    expect((await checkPlanted(check, { 'docs/reference/options.md': 'one\ntwo\n' })).findings).toEqual([]);
  });
  test('writes pages when it is asked to', async () => {
    const seen: string[] = [];
    const writing = generatedCheck(async (root) => [{ path: 'a/b.md', text: `${seen.push(root)}` }]);
    const result = await checkPlanted(
      {
        name: 'both',
        run: async ({ root }) => {
          const written = await writing.run({ root, write: true });
          return {
            visited: `${written.visited}: ${readFileSync(`${root}/a/b.md`, 'utf8')}`,
            findings: written.findings,
          };
        },
      },
      {},
    );
    expect(result).toEqual({ visited: '1 pages (a/b.md), wrote a/b.md: 1', findings: [] });
  });
  test('fails when pages cannot be generated', async () => {
    const failing = generatedCheck(async () => {
      throw new Error('options.ts is missing');
    });
    expect((await checkPlanted(failing, {})).findings.join()).toContain('options.ts is missing');
    expect(
      (
        await checkPlanted(
          generatedCheck(async () => []),
          {},
        )
      ).findings.join(),
    ).toContain('nothing is generated');
  });
});

describe('the check of file lengths', () => {
  test('warns of a long file and says the median', async () => {
    const result = await checkPlanted(lengthsCheck(3), { 'a.ts': '1\n2\n3\n4\n', 'b.ts': '1\n', 'c.ts': '1\n2\n' });
    expect(result.visited).toContain('3 files, median 2 lines');
    expect(result.warnings).toEqual(['a.ts: 4 lines, more than 3: can it be two ideas?']);
    expect(result.findings).toEqual([]);
  });
});

describe('the check of options that pages name', () => {
  const example = { '.env.example': '#STADTPEGEL_HTTP_PORT=8080\n#STADTPEGEL_TIMESERIES_SLICE_ROWS=1\n' };
  const check = (files: Record<string, string>) => checkPlanted(optionNamesCheck, { ...example, ...files });
  test('knows both ways to write an option, and leaves those of other programs alone', async () => {
    const text =
      '`STADTPEGEL_HTTP_PORT=1` `--http.port 1` `--timeseries.sliceRows` `STADTPEGEL_CONFIG` `npm ci --omit=dev` `STADTPEGEL_\u2026`';
    const result = await check({ 'README.md': text });
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('2 options, named 4 times in 1 files');
  });
  test.each(['STADTPEGEL_HTTP_PROT', '--http.prot', '--timeseries.slicerows'])('finds %s', async (text) => {
    expect((await check({ 'README.md': text })).findings).toEqual([`README.md:1: ${text} is no option of the hub`]);
    expect((await check({ Dockerfile: `\nENV ${text}` })).findings).toHaveLength(1);
  });
  test('fails where the list of options is missing or empty', async () => {
    expect((await checkPlanted(optionNamesCheck, {})).findings.join()).toContain('is missing');
    expect((await checkPlanted(optionNamesCheck, { '.env.example': '' })).findings.join()).toContain('holds no option');
  });
});
