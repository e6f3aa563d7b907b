/**
 * One bay. Cars come and go by chance, at rates that follow the demand of the place: with demand p(t) and mean stay m, a free
 * bay is taken at the rate (p' + p/m) / (1 − p) and an occupied one left at 1/m, or faster while the demand falls faster. The
 * share of occupied bays then follows p, and cars stay m minutes on average.
 */
import type { CityDevice, Role } from '../city/index.ts';
import { FROZEN_BAY } from '../faults.ts';
import { localTime, MINUTE } from '../local-time.ts';
import { demand, meanStay, OVERSTAY_FACTOR, OVERSTAY_SHARE } from '../processes/index.ts';
import { unit } from '../random.ts';
import type { Behaviour, Surroundings, Values } from './behaviour.ts';

const STEP = MINUTE;
/** A bay confirms its state every hour. */
const HEARTBEAT = 60 * MINUTE;

type BayRole = Extract<Role, { kind: 'bay' }>;

export function bay(device: CityDevice, role: BayRole, own: number, surroundings: Surroundings): Behaviour {
  const { incidents } = surroundings;
  const frozen = device.thing === FROZEN_BAY;
  let occupied = true;
  let since = 0;
  let overstays = false;
  let sent = 0;
  let steps = 0;

  const wanted = (at: number) => demand(role.place, role.bay, at, incidents);

  function changes(at: number): boolean {
    const p = wanted(at);
    const slope = p - wanted(at - STEP);
    const stay = meanStay(role.place.use, role.bay, localTime(at).hour) * (overstays ? OVERSTAY_FACTOR : 1);
    const leave = STEP / MINUTE / stay;
    const rate = occupied
      ? Math.max(leave, -slope / Math.max(p, 0.01))
      : Math.max(0, (slope + leave * p) / Math.max(1 - p, 0.01));
    return unit(own, steps, 3) < 1 - Math.exp(-rate);
  }

  return {
    begin(at) {
      occupied = frozen || unit(own, Math.floor(at / MINUTE), 4) < wanted(at);
      since = at - unit(own, Math.floor(at / MINUTE), 5) * 40 * MINUTE;
      sent = Number.NEGATIVE_INFINITY;
      return at + unit(own, 6) * 5 * MINUTE;
    },
    step(at) {
      steps++;
      const next = at + STEP;
      const asphalt = () => surroundings.weather[device.town].temperature(at, 0.8);
      if (!frozen && sent > 0 && changes(at)) {
        const lasted = (at - since) / MINUTE;
        occupied = !occupied;
        overstays = occupied && role.bay === 'charging' && unit(own, steps, 7) < OVERSTAY_SHARE;
        since = at;
        sent = at;
        return { values: change(device, occupied, lasted, asphalt), next };
      }
      if (at - sent < HEARTBEAT) return { values: null, next };
      sent = at;
      return { values: heartbeat(device, occupied, asphalt()), next };
    },
  };
}

function change(device: CityDevice, occupied: boolean, minutes: number, asphalt: () => number): Values {
  switch (device.model) {
    case 'nwave/nps405':
      return occupied ? { occupied, vacancyDuration: minutes } : { occupied, parkingDuration: minutes };
    case 'tekzitel/tekzipark':
      return { occupied, temperature: asphalt(), batteryLow: false };
    default:
      return { occupied };
  }
}

function heartbeat(device: CityDevice, occupied: boolean, temperature: number): Values {
  switch (device.model) {
    case 'nwave/nps405':
      return { occupied, temperature, batteryVoltage: 3.32, fault: false };
    case 'tekzitel/tekzipark':
      return { occupied, temperature, batteryLow: false };
    default:
      return { occupied, temperature };
  }
}
