/** The pages that services/config generates from the composed schema of all options (options.ts at the root). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GeneratedFile } from './generated.ts';

interface ConfigModule {
  optionsPage(schema: unknown): string;
  envExample(schema: unknown): string;
}

/** Loaded only when asked for: the other checks must work while options.ts can't be imported. */
export async function optionPages(root: string): Promise<readonly GeneratedFile[]> {
  const load = async (path: string): Promise<Record<string, unknown>> => {
    if (!existsSync(join(root, path))) throw new Error(`${path} is missing`);
    return import(pathToFileURL(join(root, path)).href);
  };
  const { schema } = await load('options.ts');
  if (schema === undefined) throw new Error('options.ts exports no "schema"');
  const config = (await load('services/config/index.ts')) as unknown as ConfigModule;
  const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
  return [
    { path: 'docs/reference/options.md', text: ended(config.optionsPage(schema)) },
    { path: '.env.example', text: ended(config.envExample(schema)) },
  ];
}
