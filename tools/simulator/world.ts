/**
 * The whole simulation without any network: devices in order of time, and what the LoRaWAN network server says about them.
 * The same city, seed, run and timeline give the same events.
 */
import { type Behaviour, behaviourOf, type Values } from './behaviours/index.ts';
import { type City, type CityDevice, TOWNS } from './city/index.ts';
import { type Encoder, encoderOf } from './encoders/index.ts';
import { LOSS } from './faults.ts';
import { INCIDENT_SPEED, INCIDENTS, type IncidentName, Incidents } from './incidents.ts';
import { DAY, MINUTE, nextLocalHour } from './local-time.ts';
import {
  type Frame,
  joinEvent,
  type Link,
  linksOf,
  modulationFor,
  receive,
  statusEvent,
  topicOf,
  upEvent,
} from './network/index.ts';
import { createWeather, type Weather } from './processes/index.ts';
import { Queue } from './queue.ts';
import { hashText, unit } from './random.ts';
import { Timeline } from './timeline.ts';

/** One event of the network server on its way to MQTT. */
export interface NetworkMessage {
  readonly kind: 'up' | 'join' | 'status';
  readonly topic: string;
  /** Puts together what ChirpStack publishes; the same each time. */
  readonly event: () => object;
  readonly device: CityDevice;
  /** City time, milliseconds. */
  readonly cityTime: number;
  /** True time of the event, milliseconds since 1970; what the event itself says may be wrong (a planted fault). */
  readonly eventTime: number;
  /** What the process gave; null for join and status. */
  readonly values: Values | null;
  readonly frame: Frame | null;
  /** The same event for the second time. */
  readonly duplicate: boolean;
}

export interface WorldOptions {
  readonly city: City;
  readonly seed: number;
  /** City time per real time after the start. */
  readonly speed: number;
  /** When sending live begins, milliseconds since 1970. Ids of events belong to it. */
  readonly start: number;
  /** When the history begins, ≤ start. */
  readonly from: number;
  /** How many times longer than usual devices wait between regular reports in the history. */
  readonly spacing?: number;
}

/** What was done to the events on purpose. */
export interface WorldCounts {
  up: number;
  join: number;
  status: number;
  lost: number;
  duplicated: number;
  /** Frames that nobody heard because a gateway was out. */
  unheard: number;
}

interface Actor {
  readonly device: CityDevice;
  readonly own: number;
  readonly behaviour: Behaviour;
  readonly encoder: Encoder;
  readonly links: readonly Link[];
  joined: boolean;
  fCnt: number;
  statusAt: number;
}

export class World {
  readonly counts: WorldCounts = { up: 0, join: 0, status: 0, lost: 0, duplicated: 0, unheard: 0 };
  readonly weather: Readonly<Record<'solingen' | 'ulm', Weather>>;
  readonly #timeline: Timeline;
  readonly #incidents = new Incidents();
  readonly #actors: readonly Actor[];
  readonly #queue = new Queue();
  readonly #baseSpeed: number;
  readonly #run: number;
  #ends = Number.POSITIVE_INFINITY;

  constructor({ city, seed, speed, start, from, spacing = 1 }: WorldOptions) {
    this.#timeline = new Timeline(start, speed);
    this.#baseSpeed = speed;
    this.#run = hashText(String(start), seed);
    const town = (id: 'solingen' | 'ulm') =>
      createWeather({
        seed,
        town: id,
        latitude: TOWNS[id].position[1],
        height: TOWNS[id].height,
        incidents: this.#incidents,
      });
    this.weather = { solingen: town('solingen'), ulm: town('ulm') };
    const surroundings = {
      seed,
      weather: this.weather,
      incidents: this.#incidents,
      spacing: (at: number) => (at < start ? spacing : 1),
    };
    this.#actors = city.devices.map((device) => {
      const own = hashText(device.devEui, seed);
      return {
        device,
        own,
        behaviour: behaviourOf(device, surroundings),
        encoder: encoderOf(device.model),
        links: linksOf(device, city.gateways, seed),
        joined: false,
        fCnt: 0,
        statusAt: from + unit(own, 31) * DAY,
      };
    });
    this.#actors.forEach((actor, i) => {
      this.#queue.push(actor.behaviour.begin(from), i);
    });
  }

  /** City time at an event time. */
  cityTime(eventTime: number): number {
    return this.#timeline.cityAt(eventTime);
  }

  /** City time per real time, now. */
  get speed(): number {
    return this.#timeline.speed;
  }

  /** The incident that is on at an event time. */
  incidentAt(eventTime: number): IncidentName | null {
    return this.#incidents.current(this.cityTime(eventTime))?.name ?? null;
  }

  /**
   * The city's clock jumps to the incident's hour and runs sixty times as fast until it is over. Returns false, and does
   * nothing, while another one is on.
   */
  startIncident(name: IncidentName, eventTime: number): boolean {
    if (this.incidentAt(eventTime) !== null) return false;
    const start = nextLocalHour(this.cityTime(eventTime), INCIDENTS[name].startHour);
    this.#incidents.begin(name, start);
    this.#timeline.change(eventTime, Math.max(INCIDENT_SPEED, this.#baseSpeed), start);
    this.#ends = start + INCIDENTS[name].duration;
    // nobody saw the hours in between: every device starts anew where the clock is now, and says so within minutes
    this.#queue.clear();
    this.#actors.forEach((actor, i) => {
      this.#queue.push(actor.behaviour.begin(start), i);
    });
    return true;
  }

  /** Everything that happens up to an event time, in order. */
  *advance(eventTime: number): Generator<NetworkMessage, void, undefined> {
    for (;;) {
      if (this.cityTime(eventTime) >= this.#ends) {
        this.#timeline.change(this.#timeline.eventAt(this.#ends), this.#baseSpeed);
        this.#ends = Number.POSITIVE_INFINITY;
      }
      const next = this.#queue.peek();
      if (next === null || next.at > this.cityTime(eventTime)) return;
      this.#queue.pop();
      const actor = this.#actors[next.index]!;
      const { values, next: then } = actor.behaviour.step(next.at);
      this.#queue.push(Math.max(then, next.at + MINUTE / 60), next.index);
      if (values !== null) yield* this.#send(actor, values, next.at);
    }
  }

  *#send(actor: Actor, values: Values, cityTime: number): Generator<NetworkMessage, void, undefined> {
    const { device, own } = actor;
    const eventTime = Math.floor(this.#timeline.eventAt(cityTime));
    const base = { device, cityTime, eventTime, values: null, frame: null, duplicate: false };
    const context = { device, run: this.#run, time: eventTime };
    if (!actor.joined) {
      actor.joined = true;
      this.counts.join++;
      const event = () => joinEvent({ ...context, time: eventTime - 5000 });
      yield { ...base, kind: 'join', topic: topicOf(device, 'join'), event };
    }
    const fCnt = actor.fCnt++;
    const heard = receive(actor.links, cityTime, own, fCnt);
    if (heard.length === 0) {
      this.counts.unheard++;
      return;
    }
    if (unit(own, fCnt, 32) < LOSS.lost) {
      this.counts.lost++;
      return;
    }
    const frame = actor.encoder.encode(values);
    const event = () => upEvent(context, frame, fCnt, heard, modulationFor(actor.links, own, fCnt));
    const message: NetworkMessage = { ...base, kind: 'up', topic: topicOf(device, 'up'), event, values, frame };
    this.counts.up++;
    yield message;
    if (unit(own, fCnt, 33) < LOSS.duplicated) {
      this.counts.duplicated++;
      yield { ...message, duplicate: true };
    }
    if (cityTime >= actor.statusAt) {
      actor.statusAt = cityTime + DAY;
      this.counts.status++;
      const margin = Math.round(Math.min(25, Math.max(-8, heard[0]!.snr + 7)));
      const status = () =>
        statusEvent(context, Math.floor(cityTime / DAY), margin, Math.round(55 + 45 * unit(own, 34)));
      yield { ...base, kind: 'status', topic: topicOf(device, 'status'), event: status };
    }
  }
}
