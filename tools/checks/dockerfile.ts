/** The Dockerfile is parsed and looked over; it is not built here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';

const FILE = 'Dockerfile';
const KNOWN = new Set(
  'FROM ARG ENV RUN COPY WORKDIR USER EXPOSE VOLUME HEALTHCHECK ENTRYPOINT CMD LABEL STOPSIGNAL SHELL'.split(' '),
);

interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

export const dockerfileCheck: Check = {
  name: FILE,
  run: async ({ root }) => {
    if (!existsSync(join(root, FILE))) return { visited: '0 instructions', findings: [`${FILE}: is missing`] };
    const all = parse(readFileSync(join(root, FILE), 'utf8'));
    const findings: string[] = [];
    const say = (line: number, text: string): number => findings.push(`${FILE}:${line}: ${text}`);
    for (const { name, text, line } of all) {
      if (!KNOWN.has(name)) say(line, `${name} is no instruction that is used here`);
      if ((name === 'ENTRYPOINT' || name === 'CMD') && !isExecForm(text))
        say(line, `${name} must be a JSON array, else signals don't arrive`);
      if (name === 'RUN' && /curl[^|]*\|\s*(ba)?sh/.test(text)) say(line, 'runs a script straight from the network');
      if (name === 'COPY')
        for (const path of sources(text))
          if (!existsSync(join(root, path))) say(line, `copies ${path}, which does not exist`);
    }
    const lastStage = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
    const last = (name: string): Instruction | undefined => lastStage.findLast((one) => one.name === name);
    if (all[0]?.name !== 'FROM' && all[0]?.name !== 'ARG') findings.push(`${FILE}: begins with FROM`);
    if (!all.filter(({ name }) => name === 'FROM').every(({ text }) => /^node:24[.-]/.test(text)))
      findings.push(`${FILE}: FROM node:24-…`);
    if (!all.some(({ name, text }) => name === 'RUN' && /\bnpm ci\b/.test(text)))
      findings.push(`${FILE}: installs with "npm ci"`);
    const user = last('USER')?.text ?? 'root';
    if (/^(root|0)(:|$)/.test(user)) findings.push(`${FILE}: runs as root; end with USER node`);
    for (const name of ['EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'WORKDIR'])
      if (last(name) === undefined) findings.push(`${FILE}: lacks ${name}`);
    return { visited: `${all.length} instructions`, findings };
  },
};

function parse(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let begun: { text: string; line: number } | null = null;
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line.startsWith('#') || (line === '' && begun === null)) return;
    begun = begun === null ? { text: line, line: i + 1 } : { text: `${begun.text} ${line}`, line: begun.line };
    if (begun.text.endsWith('\\')) {
      begun.text = begun.text.slice(0, -1).trimEnd();
      return;
    }
    const [name = '', ...rest] = begun.text.split(/\s+/);
    instructions.push({ name: name.toUpperCase(), text: rest.join(' '), line: begun.line });
    begun = null;
  });
  return instructions;
}

function isExecForm(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string');
  } catch {
    return false;
  }
}

/** What a COPY takes from the project: not from another stage, not the destination. */
function sources(text: string): string[] {
  if (text.includes('--from=')) return [];
  return text
    .split(/\s+/)
    .filter((part) => !part.startsWith('--'))
    .slice(0, -1)
    .filter((part) => !part.includes('*'));
}
