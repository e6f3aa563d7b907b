/** What is done every few seconds: the catalogue's snapshot, and the journal's old segments. */
import type { Part } from './ground.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 10_000;

/** `keepsFrom`: no record from this one on may be deleted, because a freeze holds it. */
export function housekeeping(
  { registry, pipeline, journal, ledgerSays, ages }: Storage,
  keepsFrom: () => number,
): Part {
  let timer: NodeJS.Timeout | null = null;
  const round = () => {
    registry.advance(pipeline.storing.stored);
    void registry.persist();
    // the catalogue is made again from the journal where its snapshot could not be written
    const needed = Math.min(pipeline.storing.stored, registry.saved, keepsFrom());
    journal.prune(needed, ages.now()).catch(ledgerSays.pruneFailed);
  };
  return {
    start: () => {
      timer = setInterval(round, EVERY_MS).unref();
    },
    stop: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
}
