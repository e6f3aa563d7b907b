/** The file beside the hub that remembers which store its InfluxDB held, so that another one is noticed [README.md]. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../threads/fault.ts';
import type { Generation } from './generations.ts';
import type { Witness } from './witnesses.ts';

export interface KnownStore {
  readonly identity: string;
  /** Does InfluxDB have it? */
  readonly written: boolean;
  readonly generation: Generation | null;
  /** Points that it must have. */
  readonly witnesses: readonly Witness[];
  /** Identities that it has had and that are given up, because it has lost something since: it may show them again. */
  readonly former: readonly string[];
  /** A process writes, or has ended without a word: something of it may still be on its way. */
  readonly open: boolean;
}

/** null: there is none. Throws hub.storage where the file is there and can't be read. */
export function readKnownStore(file: string): KnownStore | null {
  if (!existsSync(file)) return null;
  try {
    const { identity, written, generation, witnesses, former, open } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Partial<KnownStore>;
    if (typeof identity === 'string' && identity !== '')
      return {
        identity,
        written: written === true,
        generation: generation ?? null,
        witnesses: witnesses ?? [],
        former: former ?? [],
        open: open === true,
      };
  } catch (error) {
    throw new Fault('hub.storage', `${file}: ${(error as Error).message}`, { cause: error });
  }
  throw new Fault('hub.storage', `${file}: not the file of an InfluxDB store; move it away`);
}

export function writeKnownStore(file: string, known: KnownStore): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(known)}\n`, { flush: true });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new Fault('hub.storage', `${file}: ${(error as Error).message}`, { cause: error });
  }
}
