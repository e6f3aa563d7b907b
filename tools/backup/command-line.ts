/** The words behind a command: its own options, and those of the hub, which all commands understand. */
import { aliases, type Config, schema } from '../../options.ts';
import { loadConfig } from '../../services/config/index.ts';

/** An option of the command itself: takes a value, or stands alone. */
export interface OwnOption {
  readonly name: string;
  readonly value: string | null;
  readonly means: string;
}

export interface Words {
  /** Words without `--`, in order. */
  readonly plain: readonly string[];
  /** What was given: a value, or '' of an option that stands alone. */
  readonly own: ReadonlyMap<string, string>;
  readonly config: Config;
}

/** Null: the command is over (help was asked for, or something is wrong; it has been said). Sets the exit code. */
export function wordsOf(usage: string, options: readonly OwnOption[], argv: readonly string[]): Words | null {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(helpText(usage, options));
    return null;
  }
  const own = new Map<string, string>();
  const plain: string[] = [];
  const forHub: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('--')) {
      plain.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals);
    const option = options.find((one) => one.name === name);
    const following = argv[i + 1];
    if (option === undefined) {
      forHub.push(word);
      if (equals === -1 && following !== undefined && !following.startsWith('--')) forHub.push(argv[++i] as string);
    } else if (option.value === null) {
      if (equals === -1) own.set(name, '');
      else problems.push(`--${name} stands alone, it takes no value`);
    } else if (equals !== -1) own.set(name, word.slice(equals + 1));
    else if (following === undefined || following.startsWith('--'))
      problems.push(`--${name}: ${option.value} is missing`);
    else own.set(name, argv[++i] as string);
  }
  const loaded = loadConfig(schema, { argv: forHub, aliases });
  if (!loaded.ok) problems.push(...loaded.problems);
  if (problems.length === 0 && loaded.ok) return { plain, own, config: loaded.config };
  for (const problem of problems) console.error(problem);
  console.error('See --help.');
  process.exitCode = 2;
  return null;
}

function helpText(usage: string, options: readonly OwnOption[]): string {
  const heads = options.map(({ name, value }) => `  --${name}${value === null ? '' : ` <${value}>`}`);
  const width = Math.max(...heads.map((head) => head.length));
  const lines = options.map(({ means }, i) => `${(heads[i] as string).padEnd(width)}  ${means}`);
  const hub = 'All options of the hub count too, above all --data and --config (see stadtpegel help start).';
  return [usage, '', ...lines, '', hub].join('\n');
}
