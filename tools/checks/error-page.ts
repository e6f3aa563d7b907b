/** docs/errors.md and the table of codes say the same, in both directions. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';

interface CodeRow {
  readonly title: string;
  readonly status: number;
  readonly fault: string;
  readonly retry: boolean;
  /** What to do about it. */
  readonly remedy: string;
}

const PAGE = 'docs/errors.md';
const COLUMNS = ['title', 'HTTP status', 'who can mend it', 'again later', 'what to do'];

/** Rows of the page: `| <a id="code"></a>`code` | title | status | fault | yes or no | what to do |`. */
export function errorPageCheck(codes: Readonly<Record<string, CodeRow>>): Check {
  return {
    name: 'docs/errors.md',
    run: async ({ root }) => {
      const path = join(root, PAGE);
      if (!existsSync(path)) return { visited: '0 codes', findings: [`${PAGE}: is missing`] };
      const rows = readRows(readFileSync(path, 'utf8'));
      const findings: string[] = [];
      for (const [code, row] of Object.entries(codes)) {
        const said = rows.get(code);
        if (said === undefined) {
          findings.push(`${PAGE}: lacks the code ${code}`);
          continue;
        }
        const wanted = [row.title, String(row.status), row.fault, row.retry ? 'yes' : 'no', row.remedy];
        wanted.forEach((text, i) => {
          if (said.cells[i] !== text) {
            findings.push(`${PAGE}:${said.line}: ${code}: ${COLUMNS[i]} is "${said.cells[i]}", the hub says "${text}"`);
          }
        });
        if (said.anchor !== code)
          findings.push(`${PAGE}:${said.line}: ${code}: needs <a id="${code}"></a>, problem documents link to it`);
      }
      for (const [code, { line }] of rows) {
        if (!Object.hasOwn(codes, code)) findings.push(`${PAGE}:${line}: ${code} is no code of the hub`);
      }
      if (Object.keys(codes).length === 0) findings.push(`${PAGE}: the table of codes is empty`);
      return { visited: `${Object.keys(codes).length} codes, ${rows.size} rows`, findings };
    },
  };
}

interface Row {
  readonly anchor: string | undefined;
  readonly cells: readonly string[];
  readonly line: number;
}

function readRows(markdown: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  markdown.split('\n').forEach((text, i) => {
    const row = /^\|\s*(?:<a id="([^"]*)"><\/a>)?`([^`]+)`\s*\|(.*)\|\s*$/.exec(text);
    if (row === null) return;
    const [, anchor, code = '', rest = ''] = row;
    rows.set(code, { anchor, cells: rest.split('|').map((cell) => cell.trim()), line: i + 1 });
  });
  return rows;
}
