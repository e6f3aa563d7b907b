/**
 * Imports every server file with plain Node. vitest and tsc accept what Node refuses: enums, a type imported as a value, a
 * missing ending. What starts something while it is imported is found as well.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from './check.ts';
import { scanImports } from './scan.ts';
import { filesOf } from './tree.ts';

const FOLDERS = ['services', 'gateway', 'ingest', 'api', 'hub', 'tools'];
const ROOT_FILES = ['hub.ts', 'options.ts', 'main.ts'];
/** Tests and suites need vitest; they run there. */
const NEEDS_VITEST = /from '(vitest|fast-check|\S*\/contract\.ts)'/;
/** Programs do something when they are imported, that is what they are for: also what the command starts. */
const PROGRAM = /(^|[/.])main\.ts$|-process\.ts$/;
const COMMAND = 'bin/stadtpegel.mjs';

/** `floor`: fewer files than this, and the check has looked in the wrong place. `seconds`: for all imports together. */
export function plainNodeCheck(floor = 60, seconds = 90): Check {
  return {
    name: 'plain Node',
    run: async ({ root }) => {
      const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
      const all = [
        ...filesOf(root, '.ts', folders).filter((file) => !/\.(test|test-d|d)\.ts$/.test(file)),
        ...ROOT_FILES.filter((file) => existsSync(join(root, file))),
      ];
      const text = new Map(all.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
      const started = new Set<string>();
      const imported = new Set<string>();
      for (const file of new Set([...filesOf(root, '.ts', folders), ...all])) {
        const source = text.get(file) ?? readFileSync(join(root, file), 'utf8');
        for (const { how, specifier } of scanImports(source).imports) {
          const target = posix.normalize(posix.join(posix.dirname(file), specifier));
          // What a test imports doesn't have to be harmless, what a test starts is a program as well.
          if (how === 'started') started.add(target);
          else if (text.has(file)) imported.add(target);
        }
      }
      const command = existsSync(join(root, COMMAND)) ? readFileSync(join(root, COMMAND), 'utf8') : '';
      const isProgram = (file: string): boolean =>
        !imported.has(file) && (PROGRAM.test(file) || command.includes(`'${file}'`));
      const exceptions = all.filter(
        (file) => started.has(file) || isProgram(file) || NEEDS_VITEST.test(text.get(file) ?? ''),
      );
      const files = all.filter((file) => !exceptions.includes(file));
      const findings = exceptions.flatMap((file) => refusedSyntax(file, text.get(file) ?? ''));
      findings.push(...(await importAll(root, files, seconds)));
      if (all.length < floor) findings.push(`.: only ${all.length} server files found, expected ${floor} or more`);
      const listed = exceptions.length === 0 ? '' : `: ${exceptions.join(', ')}`;
      return {
        visited: `${files.length} files imported by ${process.version}, ${exceptions.length} entry files only parsed${listed}`,
        findings,
      };
    },
  };
}

/** Entry files can't be imported here, but their syntax can be looked at. */
function refusedSyntax(file: string, source: string): string[] {
  // Node warns that stripping is experimental when it is called directly; the loader uses the same code without a warning.
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    stripTypeScriptTypes(source, { mode: 'strip' });
    return [];
  } catch (error) {
    return [`${file}: Node refuses it: ${(error as Error).message.split('\n')[0]}`];
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Imports the files one after another in a process of its own; its lines on stdout are findings. */
function importAll(root: string, files: readonly string[], seconds: number): Promise<string[]> {
  const program = fileURLToPath(new URL('./import-all.main.ts', import.meta.url));
  return new Promise((done) => {
    const child = spawn(process.execPath, [program], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      err = (err + data).slice(-2000);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const lines = out.split('\n').filter((line) => line !== '');
      const ended = lines.pop() === `visited ${files.length}` && code === 0;
      if (!ended)
        lines.push(
          `.: importing ended early (${signal ?? `exit code ${code}`}): ${err.trim().split('\n').at(-1) ?? ''}`,
        );
      done(lines);
    });
    child.stdin.end(files.join('\n'));
  });
}
