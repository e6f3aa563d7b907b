/** The hub as its users run it: a process of its own, found by what it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface HubOptions {
  /** Further options: `{ 'ingest.checkpointMs': 100 }` becomes `--ingest.checkpointMs 100`. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** YAML file for `--config`. */
  readonly config?: string;
  /** Left out: tokens that the test knows. False: the hub makes its own. */
  readonly presetTokens?: boolean;
  /** Runs as this user; only root may ask for it. */
  readonly uid?: number;
}

export interface RunningHub {
  readonly pid: number;
  readonly ports: { readonly http: number; readonly mqtt: number };
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  /** With `presetTokens: false` what it has printed so far, else `''`. */
  readonly tokens: { readonly admin: string; readonly ingest: string };
  /** What it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** How a process went that was meant to end by itself. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const START_MS = 20_000;
const TOKENS = { admin: 'test-admin-token-0123456789', ingest: 'test-ingest-token-0123456789' } as const;

/** The machine's environment without the hub's own variables, so that no test depends on the shell it is run from. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STADTPEGEL_')));
}

/** The command line of a hub on loopback with free ports. */
function commandLine(data: string, { options = {}, config, presetTokens = true }: HubOptions): string[] {
  const all: Record<string, string | number | boolean> = {
    data,
    'http.host': '127.0.0.1',
    'http.port': 0,
    'mqtt.port': 0,
    ...(presetTokens ? { 'access.adminToken': TOKENS.admin, 'access.ingestToken': TOKENS.ingest } : {}),
    ...(config === undefined ? {} : { config }),
    ...options,
  };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** What keeps V8 from crashing is handed on from vitest.config.ts. */
const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  ...process.execArgv.filter((flag) => flag.startsWith('--wasm-')),
];

function run(args: readonly string[], script = 'main.ts', uid?: number) {
  // the channel tells the hub that the tests are gone, however they ended
  const child = spawn(process.execPath, [...FLAGS, `${root}${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // compiled code is kept between starts, as bin/stadtpegel.mjs does it
    env: { ...cleanEnvironment(), NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile` },
    cwd: root,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (bytes) => {
    output.stdout += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    output.stderr += bytes;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', (code) => resolve(code));
    child.once('error', reject);
  });
  return { child, output, ended };
}

/** Starts a hub and waits until it says where it is. Throws with its own words when it ends instead. */
export async function startHub(data: string, options: HubOptions): Promise<RunningHub> {
  const { child, output, ended } = run(commandLine(data, options));
  const found = await greeting(child, output, ended);
  const told = (scope: string) => new RegExp(`^ {2}${scope} +(\\S+)$`, 'm').exec(output.stdout)?.[1] ?? '';
  const signal = async (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    return await ended;
  };
  return {
    pid: child.pid as number,
    ports: found,
    base: `http://127.0.0.1:${found.http}`,
    get tokens() {
      return options.presetTokens === false ? { admin: told('admin'), ingest: told('ingest') } : TOKENS;
    },
    output,
    stop: () => signal('SIGTERM'),
    kill: async () => void (await signal('SIGKILL')),
  };
}

async function greeting(child: ChildProcess, output: RunningHub['output'], ended: Promise<number | null>) {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const said = new Promise<{ http: number; mqtt: number }>((resolve) => {
    child.stdout?.on('data', () => {
      const http = /map +http:\/\/localhost:(\d+)\//.exec(output.stdout)?.[1];
      const mqtt = /MQTT +mqtt:\/\/localhost:(\d+)$/m.exec(output.stdout)?.[1];
      if (http !== undefined && mqtt !== undefined) resolve({ http: Number(http), mqtt: Number(mqtt) });
    });
  });
  const failed = ended.then((code): never => {
    throw new Error(`the hub ended with code ${code} instead of starting: ${output.stderr}`);
  });
  try {
    return await Promise.race([said, failed]);
  } finally {
    clearTimeout(timer);
    failed.catch(() => undefined);
  }
}

/** Runs the hub with options that it should refuse. Ends it after `limitMs`, and then `code` is null. */
export async function runHub(data: string, options: HubOptions = {}, limitMs = 10_000): Promise<Finished> {
  return await finish(run(commandLine(data, options), 'main.ts', options.uid), limitMs);
}

/** Runs the command `stadtpegel` with exactly these words. */
export async function runCommand(words: readonly string[], limitMs = 10_000): Promise<Finished> {
  return await finish(run(words, 'bin/stadtpegel.mjs'), limitMs);
}

async function finish({ child, output, ended }: ReturnType<typeof run>, limitMs: number): Promise<Finished> {
  const began = performance.now();
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await ended;
  clearTimeout(timer);
  return { code, ...output, milliseconds: performance.now() - began };
}

/** Resident memory in MB; throws where the system does not tell (only Linux does). */
export function residentMegabytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (match === null) throw new Error(`no resident memory of process ${pid}`);
  return Number(match[1]) / 1024;
}
