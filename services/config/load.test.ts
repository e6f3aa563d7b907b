import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ConfigSources, loadConfig, printable } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(text: string): string {
  const path = join(folder, `${++files}.yaml`);
  writeFileSync(path, text);
  return path;
}

const schema = z.object({
  data: z.string().min(1).default('./data').describe('Folder.'),
  http: z.object({
    port: z.int().min(0).max(65_535).default(8080).describe('Port.'),
    seconds: z.number().positive().max(60).default(1).describe('Seconds.'),
    quiet: z.boolean().default(false).describe('Quiet.'),
    hosts: z.array(z.string()).default([]).describe('Hosts.'),
    centre: z.tuple([z.number(), z.number()]).nullable().default(null).describe('Centre.'),
    limit: z
      .union([z.literal('none'), z.number()])
      .default('none')
      .describe('Limit.'),
    site: z.object({ name: z.string().default('Stadtpegel').describe('Name.') }).prefault({}),
  }),
  timeseries: z.object({ batchSize: z.int().min(1).default(2000).describe('Rows.') }),
  access: z.object({
    adminToken: z.string().min(16).nullable().default(null).meta({ secret: true }).describe('Token.'),
  }),
  mqtt: z.object({
    mappings: z
      .array(z.object({ topic: z.string().min(1), qos: z.int().min(0).max(2).default(1) }))
      .default([])
      .describe('Mappings.'),
  }),
});

function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig(schema, { argv: [], env: {}, file: join(folder, 'absent.yaml'), ...sources });
}
function config(sources: Partial<ConfigSources>) {
  const loaded = load(sources);
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  return loaded.config;
}
function problems(sources: Partial<ConfigSources>): readonly string[] {
  const loaded = load(sources);
  return loaded.ok ? [] : loaded.problems;
}

describe('where options come from', () => {
  test('without anything given the hub starts with the defaults of the schema', () => {
    expect(config({})).toMatchObject({ data: './data', http: { port: 8080, site: { name: 'Stadtpegel' } } });
  });

  test('file, environment and command line win over each other in this order', () => {
    const yaml = file('http: { port: 1, quiet: true }\ntimeseries: { batchSize: 1 }\n');
    const env = { STADTPEGEL_HTTP_PORT: '2', STADTPEGEL_TIMESERIES_BATCH_SIZE: '2' };
    const { http, timeseries } = config({ file: yaml, env, argv: ['--http.port', '3'] });
    expect([http.quiet, timeseries.batchSize, http.port]).toEqual([true, 2, 3]);
  });

  test('the command line takes both spellings, aliases, bare flags and repeated lists', () => {
    const argv = ['--port=81', '--data', '/srv/x', '--http.quiet', '--http.hosts', 'a', '--http.hosts', 'b,c'];
    const got = config({ argv, aliases: { port: 'http.port', data: 'data' } });
    expect(got).toMatchObject({ data: '/srv/x', http: { port: 81, quiet: true, hosts: ['a', 'b', 'c'] } });
  });

  test('text becomes numbers, booleans, lists, coordinates, alternatives and objects', () => {
    const env = {
      STADTPEGEL_HTTP_QUIET: 'yes',
      STADTPEGEL_HTTP_CENTRE: '7.08,51.17',
      STADTPEGEL_HTTP_LIMIT: '12',
      STADTPEGEL_MQTT_MAPPINGS: '[{"topic":"a/b"}]',
      STADTPEGEL_HTTP_SITE_NAME: 'Ulm',
    };
    const { http, mqtt } = config({ env });
    expect(http).toMatchObject({ quiet: true, centre: [7.08, 51.17], limit: 12, site: { name: 'Ulm' } });
    expect(mqtt.mappings).toEqual([{ topic: 'a/b', qos: 1 }]);
    expect(config({ env: { STADTPEGEL_HTTP_CENTRE: 'null' } }).http.centre).toBeNull();
    expect(config({ argv: ['--http.centre', '-7.5,51'] }).http.centre).toEqual([-7.5, 51]);
  });

  test('an empty environment variable counts as not set', () => {
    expect(config({ env: { STADTPEGEL_HTTP_PORT: '' } }).http.port).toBe(8080);
  });

  test('variables that Kubernetes sets for a service of the same name are left alone', () => {
    const env = {
      STADTPEGEL_PORT: 'tcp://10.0.0.1:80',
      STADTPEGEL_SERVICE_HOST: '10.0.0.1',
      STADTPEGEL_PORT_80_TCP: 'x',
    };
    expect(problems({ env })).toEqual([]);
  });

  test('--config and STADTPEGEL_CONFIG name a file, which must exist then', () => {
    const yaml = file('http:\n  port: 99\nmqtt:\n');
    expect(config({ argv: ['--config', yaml] }).http.port).toBe(99);
    expect(config({ env: { STADTPEGEL_CONFIG: yaml } }).http.port).toBe(99);
    expect(problems({ argv: ['--config', '/nowhere.yaml'] })).toEqual(['/nowhere.yaml: cannot be read (ENOENT)']);
  });

  test('a secret can stand in a file of its own', () => {
    const env = { STADTPEGEL_ACCESS_ADMIN_TOKEN_FILE: file('0123456789abcdef\n') };
    expect(config({ env }).access.adminToken).toBe('0123456789abcdef');
    expect(problems({ env: { STADTPEGEL_ACCESS_ADMIN_TOKEN_FILE: '/nowhere' } })[0]).toMatch(
      /access.adminToken.*ENOENT/,
    );
  });
});

describe('what is wrong is said', () => {
  test('all problems of all sources come at once, each with path, place, what was given and what is expected', () => {
    const yaml = file('http: { quiet: "loud", prot: 1 }\nmqtt: { mappings: [{ topic: a, qos: 7 }, { tpoic: b }] }\n');
    const env = { STADTPEGEL_HTTP_PROT: '1', STADTPEGEL_TIMESERIES_BATCH_SIZE: '0' };
    const argv = ['--http.port', '80a', '--batchSize', '5', 'stray', '--data'];
    expect([...problems({ file: yaml, env, argv })].sort()).toEqual(
      [
        `${yaml}: there is no option http.prot; did you mean http.port?`,
        'environment: there is no option STADTPEGEL_HTTP_PROT; did you mean STADTPEGEL_HTTP_PORT?',
        'command line: there is no option --batchSize; did you mean --timeseries.batchSize?',
        'command line: "stray" belongs to no option',
        'command line: --data needs a value',
        `mqtt.mappings[1].tpoic (${yaml}): there is no such option; did you mean topic?`,
        `mqtt.mappings[1].topic (${yaml}): given nothing, expected text, not empty`,
        `mqtt.mappings[0].qos (${yaml}): given 7, expected a whole number from 0 to 2`,
        `http.quiet (${yaml}): given "loud", expected true or false`,
        'http.port (command line --http.port): given "80a", expected a whole number from 0 to 65535',
        'timeseries.batchSize (environment STADTPEGEL_TIMESERIES_BATCH_SIZE): given 0, expected a whole number of at least 1',
      ].sort(),
    );
  });

  test('a bound that is not included reads so', () => {
    expect(problems({ argv: ['--http.seconds=0'] })[0]).toContain('expected a number above 0, at most 60');
  });

  test('a password in an address is not shown either', () => {
    const [line] = problems({ argv: ['--http.port', 'http://anna:swordfish@host'] });
    expect(line).toContain('http://[hidden]@host');
  });

  test('a wrong secret is refused without being shown', () => {
    const [line, ...more] = problems({ env: { STADTPEGEL_ACCESS_ADMIN_TOKEN: 'tooshort' } });
    expect(more).toEqual([]);
    expect(line).toContain('[hidden]');
    expect(line).not.toContain('tooshort');
  });

  test('an option without a default must be given', () => {
    const strict = z.object({ source: z.object({ url: z.string().describe('x') }) });
    const loaded = loadConfig(strict, { argv: [], env: {}, file: join(folder, 'absent.yaml') });
    expect(loaded).toEqual({ ok: false, problems: ['source.url: must be given; expected text'] });
  });

  test('a file that is no YAML, or no options at all, is named', () => {
    expect(problems({ file: file('http: [') })[0]).toMatch(/\.yaml: .*line 1/);
    expect(problems({ file: file('- a\n') })[0]).toMatch(/the file .*expected names of options/);
    expect(problems({ file: file('http: 8080\n') })[0]).toMatch(/^http .*expected names of options/);
  });

  test('a file of repeated aliases does not blow up the memory', () => {
    let yaml = 'a0: &a0 [x]\n';
    for (let i = 1; i < 12; i++)
      yaml += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect(problems({ file: file(yaml) })[0]).toMatch(/alias/i);
  });

  test('an unknown name that resembles nothing gets no proposal', () => {
    expect(problems({ argv: ['--zzzzzzzzzz=1'] })).toEqual(['command line: there is no option --zzzzzzzzzz']);
  });

  test('names of JavaScript objects are no options', () => {
    expect(problems({ argv: ['--constructor=1', '--__proto__=1'], aliases: {} })).toHaveLength(2);
  });
});

test('secrets print as [hidden], and only where they are set', () => {
  const set = config({ env: { STADTPEGEL_ACCESS_ADMIN_TOKEN: '0123456789abcdef' } });
  expect(printable(schema, set)).toMatchObject({ access: { adminToken: '[hidden]' }, http: { port: 8080 } });
  expect(printable(schema, config({}))).toMatchObject({ access: { adminToken: null } });
});
