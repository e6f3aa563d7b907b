/** What happens to the hub and its surroundings, one at a time, while the load goes on. Each leaves everything as it was. */
import { rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Stage, wait } from './stage.ts';

export interface Disturbance {
  readonly name: string;
  /** In a few words, for the report. */
  readonly what: string;
  /** Which stores it concerns. */
  readonly needs: 'nothing' | 'influxdb' | 'disk';
  play(stage: Stage): Promise<void>;
}

const WRITES = /^\/(api\/v2\/)?write/;
const MIB = 2 ** 20;

/** The one that a campaign counts: between the others, again and again. */
export const KILL: Disturbance = {
  name: 'kill',
  what: 'the hub is killed with -9 and started again',
  needs: 'nothing',
  async play({ hub, chance }) {
    await wait(chance.between(0, 600));
    await hub.kill();
    await hub.start();
  },
};

export const OTHERS: readonly Disturbance[] = [
  {
    name: 'influx-kill',
    what: 'InfluxDB is killed with -9, is away for a while and comes back',
    needs: 'influxdb',
    async play({ influx, chance }) {
      await influx?.server.kill();
      await wait(chance.between(200, 3000));
      await influx?.server.start();
    },
  },
  {
    name: 'influx-pause',
    what: 'InfluxDB stands still (SIGSTOP) and goes on',
    needs: 'influxdb',
    async play({ influx, chance }) {
      influx?.server.pause();
      await wait(chance.between(500, 6000));
      influx?.server.resume();
    },
  },
  {
    name: 'influx-restart',
    what: 'InfluxDB is stopped in order and started',
    needs: 'influxdb',
    async play({ influx }) {
      await influx?.server.stop();
      await influx?.server.start();
    },
  },
  {
    name: 'both-kill',
    what: 'hub and InfluxDB are killed at the same time',
    needs: 'influxdb',
    async play({ hub, influx, chance }) {
      await wait(chance.between(0, 600));
      await Promise.all([hub.kill(), influx?.server.kill()]);
      await hub.start();
      await wait(chance.between(0, 1000));
      await influx?.server.start();
    },
  },
  {
    name: 'answer-400',
    what: 'every write is answered 400 for a moment; the dead letters are requeued afterwards',
    needs: 'influxdb',
    async play(stage) {
      const body = '{"error":"partial write: field type conflict (from the torture) dropped=1"}';
      await answered(stage, 400, body, stage.chance.between(100, 400));
    },
  },
  {
    name: 'refused-lines',
    what: 'InfluxDB refuses the rows of a few Datastreams; their dead letters are requeued afterwards',
    needs: 'influxdb',
    async play({ influx, chance }) {
      if (influx === null) return;
      const body = '{"error":"partial write: field type conflict (from the torture) dropped=1"}';
      const lines = new RegExp(`,datastream=${chance.whole(1, 9)}[0-9]? `);
      influx.proxy.mode = { kind: 'refuseLines', lines, body, path: WRITES };
      await wait(chance.between(300, 2000));
      influx.proxy.mode = { kind: 'pass' };
    },
  },
  {
    name: 'influx-wiped',
    what: 'the database is dropped: everything is written again from the journal',
    needs: 'influxdb',
    async play({ influx }) {
      await influx?.server.query('DROP DATABASE torture');
    },
  },
  {
    name: 'influx-disk',
    what: 'the file system of InfluxDB is full, then has room again, and InfluxDB is killed and started, as 1.x needs it',
    needs: 'influxdb',
    async play({ influx, chance }) {
      if (influx === null || influx.disk === null) return;
      await fill(influx.disk, chance.whole(0, 2) * MIB);
      await wait(chance.between(1000, 4000));
      rmSync(join(influx.disk, BALLAST), { force: true });
      await wait(chance.between(0, 3000));
      // 1.x takes nothing for as long as it runs, and forgets then what it had refused and shown all the same
      await influx.server.kill();
      await influx.server.start();
      // what comes after a torn entry of its log it takes, and forgets at the next start: a hub at rest notices within seconds
      await wait(10_000);
    },
  },
  {
    name: 'answer-500',
    what: 'every write is answered 500',
    needs: 'influxdb',
    play: (stage) =>
      answered(stage, 500, '{"error":"engine: cache-max-memory-size exceeded"}', stage.chance.between(500, 3000)),
  },
  {
    name: 'answer-401',
    what: 'every write is answered 401, as after a changed password',
    needs: 'influxdb',
    play: (stage) => answered(stage, 401, '{"error":"authorization failed"}', stage.chance.between(500, 2000)),
  },
  {
    name: 'slow',
    what: 'every answer of InfluxDB takes two seconds longer',
    needs: 'influxdb',
    async play({ influx }) {
      if (influx === null) return;
      influx.proxy.mode = { kind: 'slow', milliseconds: 2000 };
      await wait(7000);
      influx.proxy.mode = { kind: 'pass' };
    },
  },
  {
    name: 'lost-answer',
    what: 'InfluxDB takes the writes, and its answers are lost',
    needs: 'influxdb',
    async play({ influx, chance }) {
      if (influx === null) return;
      influx.proxy.mode = { kind: 'lostAnswer', path: WRITES };
      await wait(chance.between(500, 3000));
      influx.proxy.mode = { kind: 'pass' };
    },
  },
  {
    name: 'lost-answer-kill',
    what: 'InfluxDB takes the writes, its answers are lost, and the hub is killed',
    needs: 'influxdb',
    async play({ influx, hub, chance }) {
      if (influx === null) return;
      influx.proxy.mode = { kind: 'lostAnswer', path: WRITES };
      await wait(chance.between(300, 1500));
      await hub.kill();
      influx.proxy.mode = { kind: 'pass' };
      await hub.start();
    },
  },
  {
    name: 'influx-series',
    what: 'InfluxDB has no room for another series; the limit is raised afterwards',
    needs: 'influxdb',
    async play({ influx, chance }) {
      await influx?.server.stop();
      await influx?.server.start({ maxSeries: 1 });
      await wait(chance.between(500, 2000));
      await influx?.server.stop();
      await influx?.server.start({ maxSeries: 0 });
    },
  },
  {
    name: 'disk',
    what: 'the file system of the hub is full, then has room again',
    needs: 'disk',
    async play({ disk, chance }) {
      if (disk === null) return;
      await fill(disk, chance.whole(0, 3) * MIB);
      await wait(chance.between(500, 3000));
      rmSync(join(disk, BALLAST), { force: true });
    },
  },
  {
    name: 'disk-kill',
    what: 'the file system of the hub is full, and the hub is killed meanwhile',
    needs: 'disk',
    async play({ disk, hub, chance }) {
      if (disk === null) return;
      await fill(disk, chance.whole(0, 3) * MIB);
      await wait(chance.between(300, 2000));
      await hub.kill();
      rmSync(join(disk, BALLAST), { force: true });
      await hub.start();
    },
  },
  {
    name: 'clock-2036',
    what: "the hub's clock jumps ten years ahead and back",
    needs: 'nothing',
    play: (stage) => jumped(stage, 10 * 365.25 * 86_400_000),
  },
  {
    name: 'clock-back',
    what: "the hub's clock jumps an hour back, then forward again",
    needs: 'nothing',
    play: (stage) => jumped(stage, -3_600_000),
  },
  {
    name: 'stop',
    what: 'the hub is stopped in order and started again',
    needs: 'nothing',
    async play({ hub }) {
      await hub.stop();
      await hub.start();
    },
  },
];

const BALLAST = 'ballast';

/** Fills the file system up to so many bytes, in pieces: the load goes on beside it in this process. */
async function fill(folder: string, left: number): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  const bytes = Math.max(0, bavail * bsize - left);
  const file = await open(join(folder, BALLAST), 'a');
  try {
    for (let written = 0; written < bytes; written += MIB)
      await file.writeFile(Buffer.alloc(Math.min(MIB, bytes - written), 1));
  } catch (error) {
    // somebody else took the rest meanwhile
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

async function answered({ influx }: Stage, status: number, body: string, milliseconds: number): Promise<void> {
  if (influx === null) return;
  influx.proxy.mode = { kind: 'answer', status, body, path: WRITES };
  await wait(milliseconds);
  influx.proxy.mode = { kind: 'pass' };
}

async function jumped({ hub, chance, watch }: Stage, ahead: number): Promise<void> {
  hub.setClock(ahead);
  await wait(chance.between(250, 1000));
  await watch.send();
  await wait(chance.between(250, 1000));
  hub.setClock(0);
}
