/** Retention classes: from what an operator wrote to what the hub asks. */
import type { Options } from './options.ts';
import { options as schema } from './options.ts';
import type { Days, RetentionClass } from './port.ts';

/** The class of all that names none. */
export const STANDARD = 'standard';

const MIB = 1024 * 1024;

/** By name; `standard` is always there, and keeps everything where the operator does not say otherwise. */
export function retentionClasses(options: Pick<Options, 'classes'>): ReadonlyMap<string, RetentionClass> {
  const { classes } = options;
  const given =
    classes[STANDARD] === undefined ? { ...schema.parse({ classes: { standard: {} } }).classes, ...classes } : classes;
  return new Map(
    Object.entries(given).map(([name, { frames, framesMiB, observations, hourly, daily }]) => [
      name,
      {
        name,
        frames: { days: daysOf(frames), bytes: framesMiB === 'unlimited' ? Number.POSITIVE_INFINITY : framesMiB * MIB },
        observations: daysOf(observations),
        hourly: hourly === 'none' ? null : daysOf(hourly),
        daily: daily === 'none' ? null : daysOf(daily),
      },
    ]),
  );
}

function daysOf(value: number | 'forever'): Days {
  return value === 'forever' ? Number.POSITIVE_INFINITY : value;
}
