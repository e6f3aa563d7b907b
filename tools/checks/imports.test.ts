import { describe, expect, test } from 'vitest';
import { importsCheck } from './imports.ts';
import { checkPlanted } from './planted.ts';

const TABLE = `# Architecture
## Who may import whom
| Folder | May import | Packages |
|---|---|---|
| \`services/model\` | nothing | none |
| \`services/*\` | \`services/*\` | any |
| \`api/*\` | \`services/*\`, \`api/*\` | any |
| \`gateway/*\` | \`services/*\` | any |
| \`dashboards\` | \`services/model\`, \`api/*\` (types) | browser |
| \`hub.ts\` | \`services/*\`, \`api/*\`, \`gateway/*\` | any |

## Next
| \`nonsense\` | nothing | none |
`;
const HOUSE = {
  'ARCHITECTURE.md': TABLE,
  'services/model/index.ts': `export * from './time.ts';`,
  'services/model/time.ts': 'export const now = 1;',
  'services/bus/index.ts': `import { now } from '../model/index.ts'; import 'node:fs'; export type Bus = number; export const bus = now;`,
  'services/bus/inner.ts': 'export const inner = 1;',
  'api/live/index.ts': `import type { Bus } from '../../services/bus/index.ts'; export const live: Bus = 1; export type Live = 1;`,
  'gateway/mqtt/index.ts': 'export const mqtt = 1;',
  'dashboards/map.ts': `import { now } from '../services/model/index.ts'; import type { Live } from '../api/live/index.ts'; import 'lit';`,
  'hub.ts': `import { live } from './api/live/index.ts'; import { mqtt } from './gateway/mqtt/index.ts';`,
};
const check = async (more: Record<string, string>, floor = 1) =>
  (await checkPlanted(importsCheck(floor), { ...HOUSE, ...more })).findings;

describe('the check of imports', () => {
  test('finds nothing in a house that keeps the table, and says what it visited', async () => {
    const result = await checkPlanted(importsCheck(8), HOUSE);
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('8 files, 9 imports, 6 rules');
  });

  const violations: readonly (readonly [string, string, string, string])[] = [
    [
      'a folder that may not be imported',
      'api/live/x.ts',
      `import { mqtt } from '../../gateway/mqtt/index.ts';`,
      'may not import gateway/mqtt',
    ],
    [
      'a re-export of it',
      'api/live/x.ts',
      `export * from '../../gateway/mqtt/index.ts';`,
      'may not import gateway/mqtt',
    ],
    ['import() of it', 'api/live/x.ts', `void import('../../gateway/mqtt/index.ts');`, 'may not import gateway/mqtt'],
    [
      'a type of it',
      'api/live/x.ts',
      `import type { A } from '../../gateway/mqtt/index.ts';`,
      'may not import gateway/mqtt',
    ],
    [
      'a way past index.ts',
      'api/live/x.ts',
      `import { inner } from '../../services/bus/inner.ts';`,
      'past its index.ts',
    ],
    ['an ending that is missing', 'services/bus/x.ts', `import { inner } from './inner';`, 'must end in .ts'],
    ['a file that does not exist', 'services/bus/x.ts', `import { inner } from './gone.ts';`, 'does not exist'],
    ['a package in a pure folder', 'services/model/x.ts', `import 'zod';`, 'is pure'],
    ['Node in a pure folder', 'services/model/x.ts', `import 'node:fs';`, 'is pure'],
    [
      'a sibling in a folder that imports nothing',
      'services/model/x.ts',
      `import '../bus/index.ts';`,
      'may not import services/bus',
    ],
    ['Node in the browser', 'dashboards/x.ts', `import 'node:fs';`, 'has no'],
    [
      'a value where only types are allowed',
      'dashboards/x.ts',
      `import { live } from '../api/live/index.ts';`,
      'only types',
    ],
    ['a folder without a row', 'somewhere/x.ts', '', 'no row'],
    ['a computed address', 'api/live/x.ts', 'void import(name);', 'computed'],
    ['a way out of the project', 'hub.ts', `import '../other.ts';`, 'leaves the project'],
    ['a file that imports itself', 'services/bus/x.ts', `import './x.ts';`, 'in a circle'],
  ];
  test.each(violations)('finds %s', async (_name, file, source, text) => {
    const findings = await check({ [file]: source });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(file);
    expect(findings[0]).toContain(text);
  });

  test('finds a cycle over several folders', async () => {
    const findings = await check({
      'services/access/index.ts': `import '../bus/index.ts'; export {};`,
      'services/bus/index.ts': `import '../access/index.ts'; export type Bus = number;`,
    });
    expect(findings.join()).toMatch(
      /in a circle: services\/access\/index.ts ▸ services\/bus\/index.ts ▸ services\/access\/index.ts/,
    );
  });

  test('lets tests use packages and test/support', async () => {
    const test = `import 'vitest'; import '../../test/support/index.ts'; export {};`;
    const table = TABLE.replace('| `hub.ts`', '| `test` | nothing | any |\n| `hub.ts`');
    expect(
      await check({ 'ARCHITECTURE.md': table, 'services/model/x.test.ts': test, 'test/support/index.ts': '' }),
    ).toEqual([]);
  });

  test('lets tests use what a folder they may import offers for tests', async () => {
    const files = {
      'services/bus/testing/index.ts': '',
      'api/live/x.test.ts': `import '../../services/bus/testing/index.ts';`,
    };
    expect(await check(files)).toEqual([]);
    const other = { ...files, 'api/live/x.ts': files['api/live/x.test.ts'] };
    expect((await check(other)).join()).toContain('api/live/x.ts:1');
  });

  test('fails when it sees too few files', async () => {
    expect((await check({}, 100)).join()).toContain('only 8 .ts files');
  });

  test('fails when the table is missing or has a row that cannot be read', async () => {
    await expect(check({ 'ARCHITECTURE.md': '# Architecture' })).rejects.toThrow('no section');
    await expect(check({ 'ARCHITECTURE.md': '## Who may import whom\n' })).rejects.toThrow('no row');
    await expect(check({ 'ARCHITECTURE.md': TABLE.replace('| none |', '| few |') })).rejects.toThrow(
      'none, browser or any',
    );
    await expect(check({ 'ARCHITECTURE.md': TABLE.replace('| nothing |', '| some |') })).rejects.toThrow('say whom');
  });
});
