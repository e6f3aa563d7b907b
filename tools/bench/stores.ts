/**
 * `npm run bench -- --stored 100000000`: does a store that is full take rows as fast as an empty one, and answer as fast? Two hubs
 * of each store are made, with little in it and with as much as asked, and measured in turn, each when both are at rest, because
 * the machine's own speed comes and goes. Wrong counts make it fail.
 */
import { join } from 'node:path';
import { planOf } from './api-rows.ts';
import { residentMegabytes } from './children.ts';
import { CHANNELS_PER_UPLINK, type EventSize } from './events.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { rest } from './rest.ts';
import { median, ms, number, percent, say } from './say.ts';
import { measure } from './store-load.ts';
import type { StoreName, StoresBenchOptions } from './store-options.ts';
import { asked, day, latest } from './store-questions.ts';

const SIZES: Readonly<Record<EventSize, string>> = { small: '400 bytes', large: '2 kB' };

interface Figures {
  readonly uplinks: Record<EventSize, number[]>;
  readonly latest: number[];
  readonly day: number[];
  acknowledged: number;
}

export async function storesBench(options: StoresBenchOptions): Promise<void> {
  const end = Date.now();
  const little = options.datastreams * 14 + 35_040;
  for (const name of options.stores) {
    const open: OpenStore[] = [];
    try {
      for (const observations of [little, Math.max(little, options.stored)]) {
        const plan = planOf(options.datastreams, observations, end);
        open.push(await openStore(name, plan, join(options.folder, `${name}-${observations}`), options.token));
      }
      await measured(name, options, open as [OpenStore, OpenStore]);
    } finally {
      for (const one of open) await one.close();
    }
  }
}

async function measured(name: StoreName, options: StoresBenchOptions, both: [OpenStore, OpenStore]): Promise<void> {
  const pids = both.flatMap((one) => one.pids);
  const before = both.map((one) => one.bytes());
  const figures = both.map(
    (): Figures => ({ uplinks: { small: [], large: [] }, latest: [], day: [], acknowledged: 0 }),
  );
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, one] of both.entries()) {
      const found = figures[i] as Figures;
      const rested = await rest(pids);
      console.log(
        `\n${name}, ${number(one.plan.observations)} Observations, round ${round + 1} of ${options.rounds}, at rest after ${Math.round(rested)} s`,
      );
      const times = { latest: await asked(one.hub, latest), day: await asked(one.hub, (run) => day(one.plan, run)) };
      say(
        'latest of one Datastream',
        ms(times.latest.median),
        `the slowest of ${times.latest.runs}: ${ms(times.latest.slowest)}`,
      );
      say('one day of one Datastream, 96 Observations', ms(times.day.median), `the slowest: ${ms(times.day.slowest)}`);
      found.latest.push(times.latest.median);
      found.day.push(times.day.median);
      for (const size of ['small', 'large'] as const) {
        await rest(pids);
        const { perSecond, acknowledged } = await measure(options, one.plan, one.hub, size, found.acknowledged + 1);
        found.uplinks[size].push(perSecond);
        found.acknowledged += acknowledged;
      }
    }
  }
  for (const [i, one] of both.entries())
    sizes(name, one, figures[i] as Figures, before[i] as ReturnType<OpenStore['bytes']>);
  const [empty, full] = figures as [Figures, Figures];
  const [few, many] = both.map(({ plan }) => number(plan.observations));
  console.log(`\n${name}: ${many} Observations beside ${few}, medians of ${options.rounds}`);
  for (const size of ['small', 'large'] as const) {
    const [here, there] = [median(full.uplinks[size]), median(empty.uplinks[size])];
    say(
      `  durable uplinks of ${SIZES[size]}`,
      percent(here, there),
      `${number(here)}/s beside ${number(there)}/s; needed: ≥ 90 %`,
    );
  }
  say('  latest of one Datastream', ms(median(full.latest)), `beside ${ms(median(empty.latest))}`);
  say('  one day of one Datastream, 96 Observations', ms(median(full.day)), `beside ${ms(median(empty.day))}`);
}

/** Bytes on disk and in memory, after all loads. */
function sizes(
  name: StoreName,
  one: OpenStore,
  { acknowledged }: Figures,
  before: ReturnType<OpenStore['bytes']>,
): void {
  const after = one.bytes();
  const added = acknowledged * CHANNELS_PER_UPLINK;
  const all = one.plan.observations + added;
  console.log(`\n${name}, ${number(all)} Observations`);
  say('journal', `${Math.round((after.journal - before.journal) / acknowledged)} bytes`, 'an uplink, of both sizes');
  say(
    'store',
    `${(after.store / all).toFixed(1)} bytes`,
    `an Observation; of the new ones ${((after.store - before.store) / added).toFixed(1)}`,
  );
  say('memory of the hub', `${Math.round(residentMegabytes(one.hub.pid))} MB`);
}
