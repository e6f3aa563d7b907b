import { describe, expect, test } from 'vitest';
import { plainNodeCheck } from './plain-node.ts';
import { checkPlanted } from './planted.ts';

const check = plainNodeCheck(1, 30);

describe('the check with plain Node', () => {
  test('imports files that only declare, and lists workers and programs as exceptions', async () => {
    const result = await checkPlanted(check, {
      'package.json': '{"type":"module"}',
      'services/a/index.ts': `import type { B } from './b.ts'; export const a: B = 1;`,
      'services/a/b.ts': 'export type B = number;',
      'services/a/start.ts': `import { Worker } from 'node:worker_threads'; export const w = () => new Worker(new URL('./w.ts', import.meta.url));`,
      'services/a/w.ts': 'setInterval(() => {}, 1000);',
      'tools/main.ts': 'setInterval(() => {}, 1000);',
      'services/a/a.test.ts': `enum Never {} fork(new URL('./testing/child.ts', import.meta.url));`,
      'services/a/testing/child.ts': 'setInterval(() => {}, 1000);',
    });
    expect(result.findings).toEqual([]);
    expect(result.visited).toContain('3 files imported by v24');
    expect(result.visited).toContain(
      '3 entry files only parsed: services/a/testing/child.ts, services/a/w.ts, tools/main.ts',
    );
  });

  const violations: readonly (readonly [string, string, string])[] = [
    ['an enum', 'export enum A { a }', 'enum'],
    ['a parameter property', 'export class A { constructor(readonly a: number) {} }', 'parameter property'],
    ['a type imported as a value', `import { B } from './b.ts'; export let b: B;`, `named 'B'`],
    ['a missing ending', `import './b';`, 'Cannot find module'],
    ['a timer', 'setInterval(() => {}, 1000);', 'starts something'],
    ['a server', `import { createServer } from 'node:net'; createServer().listen(0, '127.0.0.1');`, 'starts something'],
    ['a line on stdout', `console.log('hello');`, 'prints something'],
    ['a signal handler', `process.on('SIGTERM', () => {});`, 'catches signals'],
    ['an exit', 'process.exit(0);', 'calls process.exit()'],
    ['an error', `throw new Error('boom');`, 'boom'],
  ];
  test.each(violations)('finds %s', async (_name, source, text) => {
    const files = {
      'package.json': '{"type":"module"}',
      'services/x/b.ts': 'export type B = number;',
      'services/x/c.ts': source,
    };
    const { findings } = await checkPlanted(check, files);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('services/x/c.ts');
    expect(findings[0]).toContain(text);
  });

  test('names the file with the mistake, not each one that imports it', async () => {
    const { findings } = await checkPlanted(check, {
      'package.json': '{"type":"module"}',
      'services/a/index.ts': `export * from './z.ts';`,
      'services/b/index.ts': `export * from '../a/index.ts';`,
      'services/a/z.ts': 'export enum A { a }',
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('services/a/z.ts');
  });

  test('takes what the command starts for a program, unless somebody imports it', async () => {
    const files = {
      'package.json': '{"type":"module"}',
      'bin/stadtpegel.mjs': `const a = 'hub.ts'; const b = 'tools/demo.ts';`,
      'hub.ts': 'setInterval(() => {}, 1000);',
      'tools/demo.ts': `import '../hub.ts';`,
    };
    const { findings, visited } = await checkPlanted(check, files);
    expect(visited).toContain('1 entry files only parsed: tools/demo.ts');
    expect(findings.join()).toContain('hub.ts: starts something');
  });

  test('finds refused syntax in an entry file', async () => {
    const { findings } = await checkPlanted(check, {
      'package.json': '{"type":"module"}',
      'tools/main.ts': 'enum A { a }',
    });
    expect(findings.join()).toContain('tools/main.ts: Node refuses it');
  });

  test('fails when it sees too few files', async () => {
    const { findings } = await checkPlanted(plainNodeCheck(5), { 'services/a.ts': 'export {};' });
    expect(findings.join()).toContain('only 1 server files');
  });
});
