/** For tests only: a real Mosquitto on a free port of loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** `port`: the one of a Mosquitto that was stopped, to come back there. Throws where Mosquitto is not installed. */
export async function mosquitto(wanted?: number): Promise<Mosquitto> {
  const port = wanted ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child: ChildProcess = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  let failed: Error | null = null;
  child.once('error', (error) => {
    failed = error;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + 5000;
  while (!(await answers(port))) {
    if (failed !== null) throw new Error('mosquitto could not be started; is it installed?', { cause: failed });
    if (performance.now() > deadline) throw new Error(`mosquitto does not answer on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
