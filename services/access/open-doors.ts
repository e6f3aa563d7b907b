/** Warnings for a hub that lets people in without a token: said at every start, because forgetting it would be worse. */
import type { Options } from './options.ts';

/** One sentence for each option that is open; names it and what it means. */
export function openDoors(options: Pick<Options, 'anonymousReads' | 'anonymousWrites'>): readonly string[] {
  const warnings: string[] = [];
  if (options.anonymousReads === 'everything')
    warnings.push(
      'access.anonymousReads is "everything": whoever reaches this hub reads all of it without a token, internal Datastreams too.',
    );
  if (options.anonymousWrites)
    warnings.push(
      'access.anonymousWrites is on: whoever reaches this hub creates, changes and deletes everything over the SensorThings API without a token.',
    );
  return warnings;
}
