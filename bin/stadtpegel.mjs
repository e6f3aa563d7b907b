#!/usr/bin/env node
// The entry: plain JavaScript, because it runs before the Node that can read TypeScript. It starts the pinned Node 24 with
// the asked program and passes everything through: arguments, signals, exit code.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, MISSING } from './node24.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PROGRAMS = {
  start: ['main.ts', 'run the hub (default)'],
  demo: ['tools/demo.ts', 'run the hub with the simulated city'],
  simulate: ['tools/simulator/main.ts', 'send a simulated city to a running hub'],
  backup: ['tools/backup/backup.main.ts', 'back up the data folder, also while the hub runs'],
  restore: ['tools/backup/restore.main.ts', 'put a backup in place'],
  move: ['tools/backup/move.main.ts', 'bring all Observations into another store'],
  bench: ['tools/bench/main.ts', 'measure this machine'],
  torture: ['tools/torture/main.ts', 'kill, fill and disturb a hub of its own, and count what is lost'],
  run: [null, 'run another script of the project with the pinned Node'],
};

const args = process.argv.slice(2);
if (args[0] === 'help' || args[0] === '--help' || args[0] === '-h') help(args[1]);
if (args[0] === '--version' || args[0] === '-v') {
  console.log(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
  process.exit(0);
}
const named = args[0] !== undefined && Object.hasOwn(PROGRAMS, args[0]);
const program = named ? args.shift() : 'start';

if (!named && args[0] !== undefined && !args[0].startsWith('-')) {
  unknown(args[0]);
}
const script = program === 'run' ? args.shift() : join(root, PROGRAMS[program][0]);
if (script === undefined) fail('stadtpegel run: which script?');
if (!existsSync(script)) fail(`stadtpegel run: there is no file ${script}.`);

const node = findNode();
if (node === null) fail(MISSING);

const flags = [
  // node:sqlite says on every start that it may change
  '--disable-warning=ExperimentalWarning',
  // short collections of young objects: halves the p99 of acknowledgements (13 to 7 ms at 2,000/s) and takes 15 MB less
  '--max-semi-space-size=8',
  // Node strips types with WebAssembly, and threads of one process that compile its wrappers at once can crash V8 (seen in
  // 24.21: "Check failed: end > addr" below Runtime_TierUpWasmToJSWrapper); with this budget they are never compiled
  '--wasm-wrapper-tiering-budget=2000000000',
];
// the channel tells a hub that this process is gone, so that it never outlives it; test runners don't want one
const stdio = program === 'run' ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'];
const child = spawn(node, [...flags, script, ...args], {
  stdio,
  env: { ...process.env, NODE_COMPILE_CACHE: compileCache() },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm does not pass on every signal: when it is gone, whoever started it wanted the hub to end
if (process.env.npm_lifecycle_event !== undefined) {
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) child.kill('SIGTERM');
  }, 500).unref();
}
child.on('error', (error) => fail(`The pinned Node at ${node} does not start: ${error.message}`));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
  process.removeAllListeners();
});

/** The process that started this one; where that is a shell of npm's, npm as well [proc(5), Linux]. */
function ancestors() {
  const parent = process.ppid;
  try {
    const [, name, rest] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${parent}/stat`, 'utf8'));
    return /^(ba|da)?sh$/.test(name) ? `${parent} ${rest.split(' ')[1]}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}

/** Compiled code is kept between starts: 400 files start in 0.2 instead of 0.5 seconds. */
function compileCache() {
  const folder = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'compile');
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return join(tmpdir(), 'stadtpegel-compile-cache');
  }
}

/** `stadtpegel help`, or `stadtpegel help <command>`, which the command itself answers. */
function help(command) {
  if (command !== undefined && !command.startsWith('-') && !Object.hasOwn(PROGRAMS, command)) unknown(command);
  if (command !== 'run' && Object.hasOwn(PROGRAMS, command ?? '')) {
    args.splice(0, args.length, command, '--help');
    return;
  }
  const commands = Object.entries(PROGRAMS)
    .map(([name, [, what]]) => `  ${name.padEnd(8)}  ${what}`)
    .join('\n');
  console.log(`stadtpegel [<command>] [--<option> <value> …]

Commands:
${commands}

stadtpegel help <command> tells more; stadtpegel help start lists every option of the hub, with its default.
Those that are asked for first: --data <folder>, --config <file>, --http.port <port>, --mqtt.port <port>.
stadtpegel --version says which version this is.`);
  process.exit(0);
}

function unknown(name) {
  fail(`There is no command "${name}". Commands: ${Object.keys(PROGRAMS).join(', ')}. See stadtpegel help.`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
