/** Walks the project's own files: what is installed, built or written at run time is not the project. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'data', 'artifacts', 'coverage']);

/** Paths of the files below `root` (or below `root`/`under`) that end in `ending`, with `/`, relative to `root`, sorted. */
export function filesOf(root: string, ending: string, under: readonly string[] = ['.']): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isOurs(path, entry.name)) continue;
        walk(path);
      } else if (entry.isFile() && entry.name.endsWith(ending)) found.push(path);
    }
  };
  for (const folder of under) walk(folder);
  return found.sort();
}

/** `dashboards/data` and `api/…/data` are source folders; only the `data` beside package.json is what a hub wrote. */
function isOurs(path: string, name: string): boolean {
  if (name === 'data') return path !== 'data';
  return !NOT_OURS.has(name) && !/^data-/.test(path);
}
