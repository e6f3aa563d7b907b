import { expect, test } from 'vitest';
import { z } from 'zod';
import { envExample, loadConfig, optionsPage, usage } from './index.ts';

const schema = z.object({
  data: z.string().default('./data').describe('Folder of the data.'),
  http: z.object({
    port: z.int().min(0).max(65_535).default(8080).describe('TCP port; 0: any.'),
    format: z.enum(['a', 'b']).default('a').describe('One | other.'),
    token: z.string().default('change-me-please').describe('Token.').meta({ secret: true }),
  }),
});

test('the options page has one row per option with environment name, value, default and meaning', () => {
  const page = optionsPage(schema);
  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(4);
  expect(page).toContain(
    '| `http.port` | `STADTPEGEL_HTTP_PORT` | a whole number from 0 to 65535 | `8080` | TCP port; 0: any. |',
  );
  expect(page).toContain('One \\| other.');
  expect(page).not.toContain('change-me-please');
});

test('the sample environment file, uncommented, gives the defaults again', () => {
  const env: Record<string, string> = {};
  for (const line of envExample(schema).split('\n')) {
    const found = /^#(STADTPEGEL_[A-Z_]+)=(.*)$/.exec(line);
    if (found !== null) env[found[1]!] = found[2]!;
  }
  expect(Object.keys(env)).toHaveLength(4);
  const loaded = loadConfig(schema, { argv: [], env, file: '/nowhere/absent.yaml' });
  expect(loaded).toEqual({ ok: true, config: schema.parse({ http: {} }) });
});

test('the help text names every option, its alias and its default, but no secret', () => {
  const text = usage(schema, { port: 'http.port' });
  expect(text).toContain('--http.port, --port');
  expect(text).toContain('Default: 8080');
  expect(text).not.toContain('change-me-please');
});
