/**
 * Observations in an InfluxDB 1.x, 2.x or 3.x that the city has. Start with README.md (how rows stand there), then `store.ts`
 * (main thread), `writing.ts` and `editing.ts` (the writer's thread), `reading/` (the reader's), `connection.ts` (requests).
 */
import type { TimeseriesStore } from '../port.ts';
import { InfluxStore, type InfluxStorePorts } from './store.ts';

export { type SeriesNames, slugOf } from './names.ts';
export type { InfluxStorePorts } from './store.ts';

export function influxStore(ports: InfluxStorePorts): TimeseriesStore {
  return new InfluxStore(ports);
}
