/** How many rows Datastreams have, and how far they reach. */
import type { Extents } from '../../port.ts';
import { gatherFacts } from './gathering.ts';
import type { ReaderStore } from './reader-store.ts';

export async function extents(store: ReaderStore, datastreams: Int32Array | null): Promise<Extents> {
  const found = await gatherFacts(store, store.known.streams(datastreams));
  const ds = Int32Array.from(found.keys()).sort();
  const column = (value: (stream: number) => number): Float64Array => Float64Array.from(ds, value);
  return {
    length: ds.length,
    ds,
    count: column((stream) => found.get(stream)!.count),
    firstTime: column((stream) => found.get(stream)!.first),
    lastTime: column((stream) => Math.max(found.get(stream)!.last, found.get(stream)!.end)),
  };
}
