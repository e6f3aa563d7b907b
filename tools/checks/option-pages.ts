/** The pages that services/config generates from the composed schema of all options (options.ts at the root). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LimitOption } from '../../services/config/index.ts';
import type { GeneratedFile } from './generated.ts';

interface ConfigModule {
  limitsOf(schema: unknown): LimitOption[];
  optionsPage(schema: unknown): string;
  envExample(schema: unknown): string;
}

/** Loaded only when asked for: the other checks must work while options.ts can't be imported. */
async function loaded(root: string): Promise<{ schema: unknown; config: ConfigModule }> {
  const load = async (path: string): Promise<Record<string, unknown>> => {
    if (!existsSync(join(root, path))) throw new Error(`${path} is missing`);
    return import(pathToFileURL(join(root, path)).href);
  };
  const { schema } = await load('options.ts');
  if (schema === undefined) throw new Error('options.ts exports no "schema"');
  return { schema, config: (await load('services/config/index.ts')) as unknown as ConfigModule };
}

/** The options that protect the hub, and numbers of which nobody has said whether they do. */
export async function limitOptions(root: string): Promise<readonly LimitOption[]> {
  const { schema, config } = await loaded(root);
  return config.limitsOf(schema);
}

export async function optionPages(root: string): Promise<readonly GeneratedFile[]> {
  const { schema, config } = await loaded(root);
  const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
  return [
    { path: 'docs/reference/options.md', text: ended(config.optionsPage(schema)) },
    { path: '.env.example', text: ended(config.envExample(schema)) },
  ];
}
