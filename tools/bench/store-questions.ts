/** What the bench of the stores asks a hub: the latest Observation of a Datastream, and a day of one. */
import { YEAR_STREAM } from './api-catalogue.ts';
import { fetchPage } from './api-client.ts';
import type { Plan } from './api-rows.ts';
import type { Running } from './children.ts';

const YEAR_MS = 35_040 * 900_000;
const DAY_MS = 86_400_000;
const RUNS = 51;

interface Question {
  readonly path: string;
  readonly rows: number;
}

/** Milliseconds. */
export interface Times {
  readonly median: number;
  readonly slowest: number;
  /** So often it was asked. */
  readonly runs: number;
}

/** Each time of another one. */
export function latest(run: number): Question {
  return { path: `Datastreams(${YEAR_STREAM + 1 + run})/Observations?$orderby=phenomenonTime desc&$top=1`, rows: 1 };
}

/** Each time another one of the year, nobody has asked for it before. */
export function day({ end }: Plan, run: number): Question {
  const from = Math.floor((end - YEAR_MS) / DAY_MS) * DAY_MS + (1 + run * 7) * DAY_MS;
  const within = `phenomenonTime ge ${new Date(from).toISOString()} and phenomenonTime lt ${new Date(from + DAY_MS).toISOString()}`;
  return {
    path: `Datastreams(${YEAR_STREAM})/Observations?$filter=${within}&$top=1000&$resultFormat=dataArray`,
    rows: 96,
  };
}

/** Throws when an answer has another number of rows than expected: a fast answer may be an empty one. */
export async function asked(hub: Running, question: (run: number) => Question, runs = RUNS): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { path, rows } = question(run);
    const { body, milliseconds } = await fetchPage(`http://127.0.0.1:${hub.ports.http}/v1.1/${encodeURI(path)}`);
    times.push(milliseconds);
    const answer = JSON.parse(body.toString('utf8'));
    const found = answer.value[0]?.dataArray?.length ?? answer.value.length;
    if (found !== rows) throw new Error(`${path}: ${found} rows, expected ${rows}`);
  }
  times.sort((a, b) => a - b);
  return { median: times[runs >> 1] as number, slowest: times.at(-1) as number, runs };
}
