// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are source texts with templates in them
import { describe, expect, test } from 'vitest';
import { scanImports } from './scan.ts';

const found = (source: string): string[] =>
  scanImports(source).imports.map(({ specifier, typeOnly, how }) => `${typeOnly ? 'type ' : ''}${how} ${specifier}`);

describe('the scan of imports', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a default import', `import a from './a.ts';`, ['static ./a.ts']],
    ['names over several lines', `import {\n  a,\n  type B,\n  c as d,\n} from "./a.ts";`, ['static ./a.ts']],
    ['a namespace', `import * as a from './a.ts'`, ['static ./a.ts']],
    ['a default and names', `import a, { b } from './a.ts'`, ['static ./a.ts']],
    ['a bare import', `import './a.ts';`, ['static ./a.ts']],
    ['a type import', `import type { A } from './a.ts';`, ['type static ./a.ts']],
    ['a thing that is called type', `import type from './a.ts';`, ['static ./a.ts']],
    ['an import with attributes', `import a from './a.json' with { type: 'json' };`, ['static ./a.json']],
    ['a re-export of all', `export * from './a.ts';export * as b from './b.ts'`, ['static ./a.ts', 'static ./b.ts']],
    ['a re-export of names', `export { a, b as default } from './a.ts';`, ['static ./a.ts']],
    ['a re-export of types', `export type { A } from './a.ts';`, ['type static ./a.ts']],
    ['import()', `const a = await import('./a.ts');`, ['dynamic ./a.ts']],
    ['a type that names a file', `let a: import('./a.ts').A;`, ['dynamic ./a.ts']],
    ['a worker', `new Worker(new URL('./w.ts', import.meta.url), {})`, ['started ./w.ts']],
    ['a worker that somebody else starts', `start({ url: new URL('./w.ts', import.meta.url) })`, ['started ./w.ts']],
    ['other addresses', `new URL('./a.json', import.meta.url); new URL('./a.ts', base); new URL(path)`, []],
    ['comments', `// import './a.ts'\n/* export * from './b.ts' */ import './c.ts'`, ['static ./c.ts']],
    ['strings', `const s = "import './a.ts'"; const t = 'it\\'s import "./b.ts"';`, []],
    ['template texts', 'const s = `import "./a.ts" ${await import("./b.ts")} import "./c.ts"`;', ['dynamic ./b.ts']],
    ['templates in templates', 'const s = `a${`b${{ c: 1 }}`}`; import "./d.ts"', ['static ./d.ts']],
    [
      'regular expressions',
      `const r = /['"\`]/; import './a.ts'; const q = [/[/'"]/g]; import './b.ts'`,
      ['static ./a.ts', 'static ./b.ts'],
    ],
    [
      'divisions',
      `const r = a / b; const s = (a) / 2; import './a.ts'; const t = x[0] / 'x'.length`,
      ['static ./a.ts'],
    ],
    [
      'exports of the file itself',
      `export const a = 1; export default a; export { a as b }; export type T = { from: 'x' };`,
      [],
    ],
    ['properties of that name', `a.import('./a.ts'); b.export = 1; const from = './x.ts';`, []],
    ['import.meta', `import.meta.url; const u = './x.ts'`, []],
  ];
  test.each(cases)('sees %s', (_name, source, expected) => {
    expect(found(source)).toEqual(expected);
    expect(scanImports(source).brokenAt).toBeNull();
  });

  test('knows the line, also behind comments and templates', () => {
    const { imports } = scanImports('/* a\nb */\nconst s = `x\ny`;\nimport a from "./a.ts";');
    expect(imports[0]?.line).toBe(5);
  });

  test('says which import() has a computed address', () => {
    expect(scanImports('\nconst a = import(path);').computed).toEqual([2]);
  });

  test('takes a method that is called import for a method', () => {
    const source =
      'interface A { import(a: unknown): void; }\nclass B { async import(a = f(1)) {} }\nx ? import(y) : z; import(w);';
    expect(scanImports(source).computed).toEqual([3, 3]);
  });

  test('says where it loses its way', () => {
    expect(scanImports('\n\nconst a = `no end').brokenAt).toBe(3);
    expect(scanImports('\n/* no end').brokenAt).toBe(2);
  });
});
