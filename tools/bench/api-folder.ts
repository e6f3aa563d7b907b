/** The data folder of the API's bench, and what its store alone takes for the longest of the answers. */

import type { RangeQuery, TimeseriesStore } from '../../services/timeseries/index.ts';
import { makeDataFolder } from '../data-folder/index.ts';
import { catalogue, YEAR_STREAM } from './api-catalogue.ts';
import { beginOf, type Plan, rowsOf } from './api-rows.ts';

const ROWS_A_WRITE = 75_000;
const ALL: RangeQuery = {
  datastreams: null,
  from: null,
  to: null,
  order: 'time',
  offset: 0,
  limit: Number.POSITIVE_INFINITY,
};

export interface Made {
  /** Rows with a result within RARE. */
  readonly rare: number;
  readonly seconds: number;
  /** What the store alone takes for the year of one Datastream, second time, milliseconds. */
  readonly yearAlone: number;
}

/** `timeseries`: options of the store; left out: the embedded one. */
export async function makeFolder(folder: string, plan: Plan, timeseries: object = {}): Promise<Made> {
  const began = performance.now();
  const found = { rare: 0 };
  let yearAlone = 0;
  await makeDataFolder(folder, {
    timeseries,
    puts: catalogue(plan.datastreams, beginOf(plan)),
    rows: rowsOf(plan, ROWS_A_WRITE, found),
    stored: async (store) => {
      yearAlone = await secondTime(store);
    },
  });
  return { rare: found.rare, seconds: (performance.now() - began) / 1000, yearAlone };
}

async function secondTime(store: TimeseriesStore): Promise<number> {
  let milliseconds = 0;
  for (let time = 0; time < 2; time++) {
    const began = performance.now();
    for await (const _ of store.scan({ ...ALL, datastreams: [YEAR_STREAM] }));
    milliseconds = performance.now() - began;
  }
  return milliseconds;
}
