/** The command line ▸ options. */
import { parseArgs } from 'node:util';
import { type Options, type OptionsInput, options as schema } from './options.ts';

export type Parsed =
  | { readonly kind: 'options'; readonly options: OptionsInput }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

type Key = keyof Options;
const KEYS = Object.keys(schema.shape) as readonly Key[];
const TEXTS: ReadonlySet<Key> = new Set<Key>(['mqtt', 'hub', 'token', 'incident']);
const dashed = (key: string) => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** `--backfill 24h` and `--backfill 24` mean hours, `30m` minutes; `--control off` opens no port. */
function readValue(key: Key, text: string): string | number | null {
  if (TEXTS.has(key)) return text;
  if (key === 'control' && text === 'off') return null;
  if (key === 'backfill' && /^[\d.]+[hm]$/.test(text)) return Number(text.slice(0, -1)) / (text.endsWith('m') ? 60 : 1);
  return text.trim() === '' ? Number.NaN : Number(text);
}

export function parseArguments(argv: readonly string[]): Parsed {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        ...Object.fromEntries(KEYS.map((key) => [dashed(key), { type: 'string' as const }])),
        help: { type: 'boolean' as const, short: 'h' },
      },
    }));
  } catch (error) {
    // the first sentence says which option; the rest is advice about quoting
    return { kind: 'wrong', problems: [(error as Error).message.split('. ')[0]!, 'see --help'] };
  }
  if (values.help === true) return { kind: 'help', text: help() };
  const input: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const key of KEYS) {
    const text = values[dashed(key)];
    if (typeof text !== 'string') continue;
    const value = readValue(key, text);
    if (Number.isNaN(value)) problems.push(`--${dashed(key)}: "${text}" is not a number`);
    else input[key] = value;
  }
  const checked = schema.safeParse(input);
  if (!checked.success) {
    problems.push(...checked.error.issues.map((issue) => `--${dashed(issue.path.join('.'))}: ${issue.message}`));
  }
  if (problems.length === 0) return { kind: 'options', options: input as OptionsInput };
  return { kind: 'wrong', problems };
}

function help(): string {
  const defaults = schema.parse({});
  const lines = KEYS.map((key) => {
    const fallback = defaults[key];
    const shown = fallback === undefined ? '' : ` (${fallback})`;
    return `  --${dashed(key).padEnd(18)}${schema.shape[key].description ?? ''}${shown}`;
  });
  return [
    'Sends a simulated city to a hub: Solingen and Ulm, ChirpStack events over MQTT.',
    '',
    ...lines,
    '',
    'Keys while it runs: r heavy rain, h heat day, m Christmas market, q end.',
  ].join('\n');
}
