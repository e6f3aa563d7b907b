/** InfluxDB 1.x (Debian: `apt-get install influxdb`) as a process of its own, on a free port and in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

export interface InfluxServer {
  /** `http://127.0.0.1:<port>`; the same after every restart. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL; resolves when it is gone. What it holds on disk stays. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same folder and port, perhaps with other settings; resolves when it answers. */
  start(settings?: InfluxSettings): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void;
  /** SIGCONT */
  resume(): void;
  /** InfluxQL as a statement of its own. Throws with InfluxDB's words. */
  query(q: string, database?: string): Promise<unknown>;
  /** What it has printed so far. */
  readonly log: string;
}

export interface InfluxSettings {
  /** Path of the program; left out: `influxd` on the PATH. */
  readonly program?: string;
  /** `[data] max-series-per-database`; 0: no limit. */
  readonly maxSeries?: number;
  /** Users must log in; `query` does so as `admin`/`admin` then. */
  readonly auth?: boolean;
  /** Where the data lies, if not in the folder. */
  readonly data?: string;
}

const START_MS = 30_000;

/** Starts one. `folder` is made where it does not exist. */
export async function influxServer(folder: string, first: InfluxSettings = {}): Promise<InfluxServer> {
  const port = await freePort();
  const rpc = await freePort();
  let settings = first;
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let log = '';
  const url = `http://127.0.0.1:${port}`;
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    child?.kill(name);
    await ended;
  };
  const start = async (changed: InfluxSettings = {}): Promise<void> => {
    settings = { ...settings, ...changed };
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'influxdb.conf');
    writeFileSync(file, configuration(settings.data ?? folder, port, rpc, settings));
    const started = spawn(settings.program ?? 'influxd', ['-config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (bytes) => {
        // the end is what tells why
        log = (log + bytes).slice(-100_000);
      });
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => undefined);
    ended = new Promise((resolve) => {
      started.once('error', (error) => {
        failure.reject(error);
        resolve();
      });
      started.once('close', (code) => {
        failure.reject(new Error(`influxd ended with code ${code}: ${log.slice(-2000)}`));
        resolve();
      });
    });
    await Promise.race([answers(port), failure.promise]);
  };
  await start();
  return {
    url,
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    get log() {
      return log;
    },
    start,
    kill: () => signal('SIGKILL'),
    stop: () => signal('SIGTERM'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    query: async (q, database = '') => {
      const login = settings.auth === true ? { authorization: `Basic ${btoa('admin:admin')}` } : {};
      const response = await fetch(`${url}/query?db=${encodeURIComponent(database)}&epoch=ns`, {
        method: 'POST',
        headers: { ...login, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ q }),
      });
      const answer = (await response.json()) as { error?: string; results?: { error?: string }[] };
      const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
      if (error !== undefined) throw new Error(`InfluxDB: ${error}`);
      return answer;
    },
  };
}

function configuration(
  data: string,
  port: number,
  rpc: number,
  { maxSeries = 0, auth = false }: InfluxSettings,
): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${join(data, 'meta')}"
[data]
  dir = "${join(data, 'data')}"
  wal-dir = "${join(data, 'wal')}"
  query-log-enabled = false
  max-series-per-database = ${maxSeries}
  max-values-per-tag = 0
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
[monitor]
  store-enabled = false
`;
}

/** Waits until its HTTP door answers, whatever it says. */
async function answers(port: number): Promise<void> {
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/ping`);
      return;
    } catch (error) {
      if (performance.now() > end) throw new Error('influxd does not answer', { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Does somebody listen there? */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
