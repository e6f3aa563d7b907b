/**
 * Real servers that tests use: `describe.skipIf(needs('mosquitto') === null)(…)`. Where the program is missing it says so
 * and the tests are skipped; with CI set its absence is a failure, so that nothing is skipped there unseen.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Program = 'influxd' | 'mosquitto' | 'mosquitto_pub' | 'mosquitto_sub' | 'chromium';

const NAMES: Readonly<Record<Program, readonly string[]>> = {
  influxd: ['influxd'],
  mosquitto: ['mosquitto'],
  mosquitto_pub: ['mosquitto_pub'],
  mosquitto_sub: ['mosquitto_sub'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};
/** Debian's packages where they have another name. */
const PACKAGES: Readonly<Partial<Record<Program, string>>> = {
  influxd: 'influxdb',
  mosquitto_pub: 'mosquitto-clients',
  mosquitto_sub: 'mosquitto-clients',
};
/** Debian keeps servers where only root's PATH looks. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** Path of the program, or null where this machine lacks it. Throws instead of null when CI is set. */
export function needs(program: Program, env: NodeJS.ProcessEnv = process.env): string | null {
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...MORE_FOLDERS];
  for (const folder of folders) {
    for (const name of NAMES[program]) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // look on
      }
    }
  }
  const text = `${program} is not installed (Debian: apt-get install ${PACKAGES[program] ?? program})`;
  if (env.CI !== undefined && env.CI !== '' && env.CI !== 'false') throw new Error(`${text}; CI must have it`);
  process.stderr.write(`skipped: ${text}\n`);
  return null;
}
