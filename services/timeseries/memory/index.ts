/** The time-series store in memory, for tests and short demos: nothing survives the process. Start with `store.ts`. */
import type { TimeseriesStore } from '../port.ts';
import { type MemoryLimits, MemoryStore } from './store.ts';

export function memoryStore(limits?: MemoryLimits): TimeseriesStore {
  return new MemoryStore(limits);
}
