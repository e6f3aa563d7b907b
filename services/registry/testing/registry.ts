/** A registry with a real journal on disk, that can stop in order or fall over. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileJournal, journalOptions } from '../../journal/index.ts';
import { type DeviceModels, JournaledRegistry, type RegistryPorts } from '../index.ts';

export interface TestRegistry {
  readonly registry: JournaledRegistry;
  readonly journal: FileJournal;
  stop(): Promise<void>;
  /** Leaves the snapshot as far behind as it is; with `forget` the snapshot is lost. */
  crash(forget?: 'snapshot'): Promise<void>;
}

const NO_MODELS: DeviceModels = { get: () => undefined, keys: () => [] };

export async function testRegistry(folder: string, ports: Partial<RegistryPorts> = {}): Promise<TestRegistry> {
  const journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({}) });
  await journal.start();
  const registry = new JournaledRegistry({
    folder,
    journal,
    models: NO_MODELS,
    clock: { now: () => 1_700_000_000_000 },
    ...ports,
  });
  await registry.start();
  const stop = async () => {
    await journal.stop();
    await registry.stop();
  };
  return {
    registry,
    journal,
    stop,
    async crash(forget) {
      // the snapshot as it lies on disk at this moment comes back when everything is closed
      const files = ['', '-wal', '-shm'].map((end) => join(folder, `registry.db${end}`));
      const kept = files.map((file) => (existsSync(file) ? readFileSync(file) : null));
      await stop();
      files.forEach((file, i) => {
        const bytes = forget === undefined ? kept[i] : null;
        if (bytes === null || bytes === undefined) rmSync(file, { force: true });
        else writeFileSync(file, bytes);
      });
    },
  };
}
