/**
 * Reads the table "Who may import whom" of ARCHITECTURE.md: what people read is what the build enforces.
 *
 * A row is a folder (or a file at the root), whom it may import, and which packages. `*` stands for one folder name.
 * Of several rows that fit a file the most exact one counts, so `services/model` goes before `services/*`.
 */

export interface Rule {
  /** `services/model`, `gateway/*`, `hub.ts`. */
  readonly folder: string;
  /** Folders as in `folder`, `typesOnly` where the table says "(types)". */
  readonly may: readonly { readonly folder: string; readonly typesOnly: boolean }[];
  /** `none`: no package and nothing of Node; `browser`: packages, nothing of Node; `any`. */
  readonly packages: 'none' | 'browser' | 'any';
}

const HEADING = /^##+ .*who may import whom/im;

/** Throws when the table is missing or a row can't be read: then nothing would be checked. */
export function readRules(markdown: string): Rule[] {
  const heading = HEADING.exec(markdown);
  if (heading === null) throw new Error('ARCHITECTURE.md has no section "Who may import whom"');
  const section = markdown.slice(heading.index + heading[0].length).split(/^## /m)[0] as string;
  const rules: Rule[] = [];
  for (const line of section.split('\n')) {
    if (!/^\|\s*`/.test(line)) continue;
    const [folders = '', may = '', packages = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (packages !== 'none' && packages !== 'browser' && packages !== 'any') {
      throw new Error(`ARCHITECTURE.md: packages must be none, browser or any: ${line}`);
    }
    const targets = [...may.matchAll(/`([^`]+)`(\s*\(types\))?/g)].map((m) => ({
      folder: m[1] as string,
      typesOnly: m[2] !== undefined,
    }));
    if (targets.length === 0 && may !== 'nothing') throw new Error(`ARCHITECTURE.md: say whom, or "nothing": ${line}`);
    for (const m of folders.matchAll(/`([^`]+)`/g)) rules.push({ folder: m[1] as string, may: targets, packages });
  }
  if (rules.length === 0) throw new Error('ARCHITECTURE.md: the table "Who may import whom" has no row');
  return rules;
}

/** The rule of a file and the folder that it belongs to, `*` filled in; null: the table says nothing about it. */
export function ruleOf(rules: readonly Rule[], file: string): { rule: Rule; unit: string } | null {
  let best: { rule: Rule; unit: string; weight: number } | null = null;
  for (const rule of rules) {
    const unit = unitOf(rule.folder, file);
    if (unit === null) continue;
    const weight = rule.folder.split('/').length * 2 - (rule.folder.includes('*') ? 1 : 0);
    if (best === null || weight > best.weight) best = { rule, unit, weight };
  }
  return best;
}

/** `services/bus` for pattern `services/*` and file `services/bus/port.ts`; null: the pattern doesn't fit. */
export function unitOf(pattern: string, file: string): string | null {
  if (pattern === file) return file;
  const parts = file.split('/');
  const wanted = pattern.split('/');
  if (parts.length <= wanted.length) return null;
  const fits = wanted.every((part, i) => part === '*' || part === parts[i]);
  return fits ? parts.slice(0, wanted.length).join('/') : null;
}
