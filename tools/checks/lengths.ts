/** File length: one idea, one small file. A warning, because an honest table may be long. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { filesOf } from './tree.ts';

export function lengthsCheck(limit = 350): Check {
  return {
    name: 'file length',
    run: async ({ root }) => {
      const files = filesOf(root, '.ts');
      const lengths = files.map((file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length);
      const sorted = [...lengths].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return {
        visited: `${files.length} files, median ${at(0.5)} lines, 95 % up to ${at(0.95)}`,
        findings: files.length === 0 ? ['.: no .ts file found'] : [],
        warnings: files.flatMap((file, i) =>
          (lengths[i] ?? 0) > limit ? [`${file}: ${lengths[i]} lines, more than ${limit}: can it be two ideas?`] : [],
        ),
      };
    },
  };
}
