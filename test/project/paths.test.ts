import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'artifacts', 'coverage']);
const TEXT = /\.(ts|mjs|js|json|md|yml|yaml|css|html|toml|sh|example)$|(^|\/)(Dockerfile|run|LICENSE|\.[a-z]+)$/;

/** Somebody's home, or where this project happened to be checked out. Put together, so that this file passes too. */
const ELSEWHERE = new RegExp(`(?<![\\w.:/-])/(${['work', 'root', 'home', 'Users'].join('|')})/[\\w.]`);
/** The shared corpus of device payloads lies beside the project where it exists; its test says so when it doesn't. */
const CORPUS = /^(\.\.\/)+shared\/vectors\b/;

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || /^data(-|$)/.test(path) ? [] : filesBelow(path);
    return entry.isFile() && TEXT.test(path) && entry.name !== 'package-lock.json' ? [path] : [];
  });
}

/** Lines that name a place outside the project. */
function outside(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const leaving = [...line.matchAll(/['"`(](\.\.\/[\w./-]*)/g)]
      .map((m) => m[1] as string)
      .filter((path) => relative(root, join(root, dirname(file), path)).startsWith('..') && !CORPUS.test(path));
    return ELSEWHERE.test(line) || leaving.length > 0 ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : [];
  });
}

describe('the files of the project', () => {
  test('name no place outside of it', () => {
    const files = filesBelow('.');
    expect(files.length).toBeGreaterThanOrEqual(100);
    expect(files.flatMap((file) => outside(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
  test('would be found if they did', () => {
    const home = ['', 'home', 'anna', 'x'].join('/');
    expect(outside('a/b.ts', `const a = '${home}';`)).toHaveLength(1);
    const up = ['..', '..', 'c.ts'].join('/');
    expect(outside('a/b.ts', `import '${up}';`)).toHaveLength(1);
    expect(outside('a/b/c.ts', `import '${up}'; // https://example.org${home}`)).toEqual([]);
  });
});
