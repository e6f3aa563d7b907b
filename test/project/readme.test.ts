import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

const guides = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`);
const pages = ['README.md', 'CONTRIBUTING.md', ...guides];

describe('the commands that the pages tell people to run', () => {
  const told = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnpm (run ([a-z:]+)|test|start)\b/g)].map((m) => ({
      page,
      script: m[2] ?? (m[1] as string),
    })),
  );
  test('are npm scripts', () => {
    expect(told.length).toBeGreaterThanOrEqual(10);
    for (const { page, script } of told) expect(Object.keys(scripts), `${page}: npm run ${script}`).toContain(script);
  });
  test('include the two that a newcomer needs, and the one for real use', () => {
    const readme = read('README.md');
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test', 'npm start']) {
      expect(readme).toMatch(new RegExp(`^${command}$`, 'm'));
    }
  });
  test('run files that exist, with the pinned Node', () => {
    const files = Object.values(scripts).flatMap(
      (script) => script.match(/(?<= )(bin|tools|node_modules)\/[\w./@-]+/g) ?? [],
    );
    expect(files.length).toBeGreaterThanOrEqual(10);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });
  test('are what CI runs', () => {
    const ci = read('.ci/run');
    for (const script of ['npm ci', 'npm test', 'npm run typecheck', 'npm run lint', 'npm run check'])
      expect(ci).toContain(script);
  });
});

describe('the guides', () => {
  const blocks = guides.flatMap((page) =>
    [...read(page).matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map((m) => ({ page, tag: m[1], text: m[2] ?? '' })),
  );
  test('hold commands to copy', () => {
    expect(guides.length).toBeGreaterThanOrEqual(5);
    for (const page of guides)
      expect(
        blocks.some((block) => block.page === page && block.tag === 'sh'),
        page,
      ).toBe(true);
  });
  test('set every variable that their commands use', () => {
    let used = 0;
    for (const page of guides) {
      const text = blocks
        .filter((block) => block.page === page && block.tag === 'sh')
        .map((block) => block.text)
        .join('');
      const set = new Set([...text.matchAll(/^([A-Z_]+)=/gm)].map((m) => m[1]));
      for (const [, name] of text.matchAll(/"\$([A-Z_]+)/g)) {
        used++;
        expect(set, `${page}: $${name}`).toContain(name);
      }
    }
    expect(used).toBeGreaterThanOrEqual(15);
  });
  test('hold JSON that can be parsed', () => {
    const bodies = blocks.flatMap(({ page, text }) =>
      [...text.matchAll(/(?:-d|-m) '(\{[\s\S]*?\})'/g)].map((m) => ({ page, body: m[1] ?? '' })),
    );
    expect(bodies.length).toBeGreaterThanOrEqual(7);
    for (const { page, body } of bodies) expect(() => JSON.parse(body), `${page}: ${body}`).not.toThrow();
  });
});
