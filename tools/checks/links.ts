/** Links in Markdown lead to files and headings that exist; so do the paths of this project that pages name as code. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Check } from './check.ts';
import { filesOf } from './tree.ts';

const LINK = /!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g;
/** `services/bus/port.ts`: one of the project's paths, with nothing to fill in. */
const PATH =
  /`((?:services|gateway|ingest|api|hub|dashboards|tools|test|bin|docs)\/[\w./-]*|hub\.ts|main\.ts|options\.ts)`/g;
/** Made by the build or by a run of the tests, or named as an example of what is to come. */
const NOT_YET = /^(dashboards\/dist|test\/artifacts)/;
const OUTSIDE = /^[a-z][a-z0-9+.-]*:|^\/\//i;

export function linksCheck(floor = 3): Check {
  return {
    name: 'links in Markdown',
    run: async ({ root }) => {
      const files = filesOf(root, '.md');
      const findings: string[] = [];
      let visited = 0;
      let paths = 0;
      for (const file of files) {
        const markdown = readFileSync(join(root, file), 'utf8');
        // A folder's README names files beside it, the changelog names what has been.
        if (/^[A-Z]+\.md$|^docs\//.test(file) && file !== 'CHANGELOG.md') {
          for (const path of new Set([...markdown.matchAll(PATH)].map((m) => m[1] as string))) {
            paths++;
            if (!NOT_YET.test(path) && !existsSync(join(root, path))) {
              findings.push(`${file}: \`${path}\` does not exist`);
            }
          }
        }
        proseLines(markdown).forEach((text, i) => {
          for (const [, link = ''] of text.matchAll(LINK)) {
            if (OUTSIDE.test(link)) continue;
            visited++;
            const problem = broken(root, file, link);
            if (problem !== null) findings.push(`${file}:${i + 1}: ${problem}`);
          }
        });
      }
      if (files.length < floor)
        findings.push(`.: only ${files.length} Markdown files found, expected ${floor} or more`);
      return { visited: `${files.length} pages, ${visited} links, ${paths} paths`, findings };
    },
  };
}

function broken(root: string, file: string, link: string): string | null {
  const [path = '', anchor] = decodeURI(link).split('#');
  if (path.startsWith('/')) return `${link}: write the link relative to this page`;
  const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path));
  if (target.startsWith('..')) return `${link} leaves the project`;
  if (!existsSync(join(root, target))) return `${link} leads to nothing`;
  if (anchor === undefined || !target.endsWith('.md') || statSync(join(root, target)).isDirectory()) return null;
  return anchorsOf(readFileSync(join(root, target), 'utf8')).has(anchor)
    ? null
    : `${link}: ${target} has no such heading`;
}

/** Ids of headings as GitHub makes them, and of `<a id="…">`. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseLines(markdown)) {
    const heading = /^#+ +(.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      const text = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
      anchors.add(text.trim().replace(/\s/g, '-'));
    }
    for (const m of line.matchAll(/<a id="([^"]+)"/g)) anchors.add(m[1] as string);
  }
  return anchors;
}

/** The lines of a page; those of fenced blocks are empty, and so is code within a line. */
function proseLines(markdown: string): string[] {
  let fence = false;
  return markdown.split('\n').map((line) => {
    if (/^\s*(```|~~~)/.test(line)) {
      fence = !fence;
      return '';
    }
    return fence ? '' : line.replace(/`[^`]*`/g, '``');
  });
}
