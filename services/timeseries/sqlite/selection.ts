/** Which Datastreams a query asks for, and what one slice knows of them. */
import type { ReadablePartition, SliceFacts, StreamFacts } from './readable-partition.ts';

/** Up to here one look-up per Datastream beats reading what the slice knows of all. */
const FEW = 3000;

export class Selection {
  readonly #list: readonly number[] | null;
  readonly #set: ReadonlySet<number> | null;

  /** null: all. */
  constructor(datastreams: readonly number[] | null) {
    this.#list = datastreams;
    this.#set = datastreams !== null && datastreams.length > FEW ? new Set(datastreams) : null;
  }

  get all(): boolean {
    return this.#list === null;
  }

  /** The asked Datastreams that may have rows in [from, to] of this slice, by id. */
  streamsIn(partition: ReadablePartition, { slice }: SliceFacts, from: number, to: number): StreamFacts[] {
    if (this.#list !== null && this.#set === null) {
      const found = this.#list.map((ds) => partition.streamIn(slice, ds));
      return found.filter((facts) => facts !== null && facts.minT <= to && facts.maxT >= from) as StreamFacts[];
    }
    const streams = partition.streamsIn(slice, from, to);
    const set = this.#set;
    return set === null ? streams : streams.filter(({ ds }) => set.has(ds));
  }
}
