/** A hub with so many Observations, made and started, for the bench of the stores. */
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { influxServer } from '../influxd/index.ts';
import { makeFolder } from './api-folder.ts';
import type { Plan } from './api-rows.ts';
import { type Running, start } from './children.ts';
import { bytesOf } from './folder-size.ts';
import { ms, number, say } from './say.ts';
import type { StoreName } from './store-options.ts';
import { asked, latest } from './store-questions.ts';

export interface OpenStore {
  readonly plan: Plan;
  readonly hub: Running;
  /** Processes that must be at rest before something is measured. */
  readonly pids: readonly number[];
  /** Bytes on disk. */
  bytes(): { readonly store: number; readonly journal: number };
  close(): Promise<void>;
}

/** `folder` is made, and taken away by `close`. */
export async function openStore(name: StoreName, plan: Plan, folder: string, token: string): Promise<OpenStore> {
  console.log(`\n${name}, ${number(plan.datastreams)} Datastreams, ${number(plan.observations)} Observations`);
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < plan.observations * 80) throw new Error(`${folder}: too little room for the bench's store`);
  const server = name === 'influxdb' ? await influxServer(join(folder, 'influxdb')) : null;
  const timeseries = server === null ? {} : { store: 'influxdb', influxdb: { url: server.url, database: 'bench' } };
  const data = join(folder, 'hub');
  const storeFolder = join(folder, server === null ? 'hub/timeseries' : 'influxdb');
  const close = async (hub?: Running): Promise<void> => {
    await hub?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const made = await makeFolder(data, plan, timeseries);
    say('making it', `${made.seconds.toFixed(1)} s`, `${number(plan.observations / made.seconds)} rows/s`);
    const hub = await start('./hub-process.ts', [data, token, JSON.stringify({ timeseries })]);
    const first = await asked(hub, latest, 1);
    say('first question after the start: latest of one Datastream', ms(first.median));
    return {
      plan,
      hub,
      pids: server === null ? [hub.pid] : [hub.pid, server.pid],
      bytes: () => ({ store: bytesOf(storeFolder), journal: bytesOf(join(data, 'journal')) }),
      close: () => close(hub),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
