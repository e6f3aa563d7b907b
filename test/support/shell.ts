/** Other people's programs: mosquitto_pub, curl, a shell. */
import { spawn } from 'node:child_process';
import { cleanEnvironment } from './hub-process.ts';

/** Runs a program; throws with what it printed when it fails. Returns its standard output. */
export async function program(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  limitMs = 15_000,
): Promise<string> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnvironment(), ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${path} ${args.join(' ').slice(0, 300)} ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}
