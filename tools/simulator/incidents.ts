/** Three incidents that can be started on a button. Each is a function of city time from its start on. */
import { HOUR, MINUTE } from './local-time.ts';

interface Incident {
  readonly title: string;
  readonly town: 'solingen' | 'ulm';
  /** Hour of the day by the town's clock at which it begins; the city's clock jumps there. */
  readonly startHour: number;
  /** City time that it lasts, milliseconds. */
  readonly duration: number;
}

export const INCIDENTS = {
  heavyRain: { title: 'Starkregen in Solingen', town: 'solingen', startHour: 12.5, duration: 6 * HOUR },
  heatDay: { title: 'Hitzetag in Ulm', town: 'ulm', startHour: 12, duration: 11 * HOUR },
  christmasMarket: { title: 'Weihnachtsmarkt auf dem Münsterplatz', town: 'ulm', startHour: 15, duration: 7 * HOUR },
} as const satisfies Record<string, Incident>;

export type IncidentName = keyof typeof INCIDENTS;
export const INCIDENT_NAMES = Object.keys(INCIDENTS) as readonly IncidentName[];

export function isIncident(name: string): name is IncidentName {
  return Object.hasOwn(INCIDENTS, name);
}

/** How fast city time runs during an incident. */
export const INCIDENT_SPEED = 60;

/** What the processes ask: is this incident on, and for how long already? */
export class Incidents {
  readonly #started: { readonly name: IncidentName; readonly start: number }[] = [];

  /** @param start city time */
  begin(name: IncidentName, start: number): void {
    this.#started.push({ name, start });
  }

  /** The incident that is on at this city time, or null. */
  current(at: number): { readonly name: IncidentName; readonly start: number; readonly end: number } | null {
    const found = this.#started.findLast((i) => at >= i.start && at < i.start + INCIDENTS[i.name].duration);
    return found === undefined ? null : { ...found, end: found.start + INCIDENTS[found.name].duration };
  }

  /** City minutes since the last start before `at`, also after its end (water still runs off); null: not since two days. */
  minutesSince(name: IncidentName, at: number): number | null {
    if (this.#started.length === 0) return null;
    const found = this.#started.findLast((i) => i.name === name && i.start <= at);
    return found === undefined || at - found.start > 48 * HOUR ? null : (at - found.start) / MINUTE;
  }
}
