/**
 * Learns the facts of all Datastreams after a start, a few at a time and with pauses, so that counts, extents and deep pages
 * need no question later. Datastreams that a write touches meanwhile are asked for again; the writer keeps up what is known.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { gatherFacts } from './gathering.ts';
import type { ReaderStore } from './reader-store.ts';

/** Datastreams at a time. */
const AT_ONCE = 200;
/** How often those are asked for again that were touched meanwhile. */
const PASSES = 4;
/** Behind a question that failed, milliseconds. */
const RETRY = 5000;

/** `share` of the time is spent on asking. Resolves when there is nothing more to learn, or rejects when it is aborted. */
export async function learn(store: ReaderStore, share: number, signal: AbortSignal): Promise<void> {
  const { known } = store;
  for (let pass = 0; pass < PASSES; pass++) {
    const unknown = known.streams(null).filter((ds) => known.facts.get(ds) === undefined);
    for (let at = 0; at < unknown.length; at += AT_ONCE) {
      if (known.facts.full) return;
      const begun = performance.now();
      let rest = 0;
      try {
        await gatherFacts(store, unknown.subarray(at, at + AT_ONCE));
      } catch {
        // whoever needs what could not be learnt asks, and is told why
        rest = RETRY;
      }
      await pause(rest + (performance.now() - begun) * (1 / share - 1), undefined, { signal, ref: false });
    }
  }
}
