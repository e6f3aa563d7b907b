/** What one device does over city time. */
import type { ReadingValue } from '../../../services/model/index.ts';
import type { TownId } from '../city/index.ts';
import type { Incidents } from '../incidents.ts';
import type { Weather } from '../processes/index.ts';

/** Channel of the device model ▸ value in the quantity's unit, before the sensor's resolution. */
export type Values = Readonly<Record<string, ReadingValue>>;

export interface Step {
  /** What it sends now; null: nothing. */
  readonly values: Values | null;
  /** City time of its next step. */
  readonly next: number;
}

export interface Behaviour {
  /** City time of the first step after a start or a jump of the clock. It reports in the first minutes. */
  begin(at: number): number;
  step(at: number): Step;
}

/** What surrounds every device. */
export interface Surroundings {
  readonly seed: number;
  readonly weather: Readonly<Record<TownId, Weather>>;
  readonly incidents: Incidents;
  /** How many times longer than usual a device waits between regular reports at this city time: history is coarse. */
  spacing(at: number): number;
}
