/**
 * Where a test over real processes plays: a folder of its own, and the processes that it started. `end()` ends exactly
 * those, by their ids, and removes the folder: `const stage = newStage(); afterAll(() => stage.end())`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HubOptions, type RunningHub, startHub } from './hub-process.ts';

export interface Stage {
  /** Path of a file or folder below the stage's own folder; nothing is made. */
  path(name: string): string;
  /** Writes a file there and returns its path. */
  file(name: string, text: string): string;
  /** Starts a hub; left out, `data` is the folder `data` of the stage. */
  hub(options?: HubOptions & { readonly data?: string }): Promise<RunningHub>;
  /** Something else to stop at the end, newest first. */
  later(stop: () => unknown): void;
  end(): Promise<void>;
}

export function newStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'stadtpegel-e2e-'));
  const stops: (() => unknown)[] = [];
  return {
    path: (name) => join(folder, name),
    file(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    async hub({ data = join(folder, 'data'), ...options } = {}) {
      const hub = await startHub(data, options);
      stops.push(() => hub.kill());
      return hub;
    },
    later: (stop) => void stops.push(stop),
    async end() {
      for (const stop of stops.splice(0).reverse()) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
