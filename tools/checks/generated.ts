/** Pages that are generated from the hub's options equal what would be generated now; `--write` writes them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check } from './check.ts';

export interface GeneratedFile {
  readonly path: string;
  /** The file's whole text. */
  readonly text: string;
}

/** `generate` gives the files; what it throws is a finding, because then nothing was compared. */
export function generatedCheck(generate: (root: string) => Promise<readonly GeneratedFile[]>): Check {
  return {
    name: 'generated pages',
    run: async ({ root, write }) => {
      let files: readonly GeneratedFile[];
      try {
        files = await generate(root);
      } catch (error) {
        return { visited: '0 pages', findings: [`.: pages can't be generated: ${(error as Error).message}`] };
      }
      const findings: string[] = [];
      const written: string[] = [];
      for (const { path, text } of files) {
        const file = join(root, path);
        const there = existsSync(file) ? readFileSync(file, 'utf8') : null;
        if (there === text) continue;
        if (write) {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
          written.push(path);
        } else {
          const what = there === null ? 'is missing' : `differs from line ${firstDifference(there, text)} on`;
          findings.push(`${path}: ${what}; "npm run check -- --write" writes it`);
        }
      }
      if (files.length === 0) findings.push('.: nothing is generated');
      const suffix = written.length === 0 ? '' : `, wrote ${written.join(', ')}`;
      return { visited: `${files.length} pages (${files.map(({ path }) => path).join(', ')})${suffix}`, findings };
    },
  };
}

function firstDifference(a: string, b: string): number {
  const one = a.split('\n');
  const two = b.split('\n');
  return one.findIndex((line, i) => line !== two[i]) + 1 || one.length + 1;
}
