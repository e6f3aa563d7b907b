import { beforeAll, describe, expect, it } from 'vitest';
import { chirpstack, options as chirpstackOptions } from '../../gateway/chirpstack/index.ts';
import { decode, models } from '../../ingest/decoders/index.ts';
import { buildCity } from './city/index.ts';
import { CLOCK_AHEAD, FROZEN_BAY, IN_THE_SUN, OUTAGE, SPIDER, SWAPPED } from './faults.ts';
import { DAY, HOUR, localTime, MINUTE } from './local-time.ts';
import { type NetworkMessage, World } from './world.ts';

interface Up {
  deduplicationId: string;
  time: string;
  fCnt?: number;
  rxInfo: { gatewayId: string; gwTime: string; nsTime: string; rssi: number; snr?: number }[];
  txInfo: { frequency: number; modulation: { lora: { spreadingFactor: number } } };
}

/** Two sunny days in June end here: Tuesday 2026-06-16, midnight in Germany. */
const START = Date.UTC(2026, 5, 16, 22);
const city = buildCity();
const world = (seed = 7, from = START - 2 * DAY) => new World({ city, seed, speed: 20, start: START, from });

let lived: World;
let messages: NetworkMessage[];
let ups: (NetworkMessage & { up: Up })[];
const of = (thing: string) => ups.filter((message) => message.device.thing === thing);

beforeAll(() => {
  lived = world();
  messages = [...lived.advance(START)];
  ups = messages
    .filter((message) => message.kind === 'up')
    .map((message) => ({ ...message, up: message.event() as Up }));
});

describe('the events of the simulated city', () => {
  it('are the same for the same seed and others for another one', () => {
    const hour = (seed: number) => JSON.stringify([...world(seed, START - HOUR).advance(START)].map((m) => m.event()));
    expect(hour(7)).toBe(hour(7));
    expect(hour(7)).not.toBe(hour(8));
  });

  it('have other ids in another run, so that a hub does not take them for repetitions', () => {
    const later = new World({ city, seed: 7, speed: 20, start: START + 1, from: START - HOUR });
    const ids = new Set([...later.advance(START)].map((message) => (message.event() as Up).deduplicationId));
    expect(ids.size).toBeGreaterThan(300);
    expect(ups.filter((message) => ids.has(message.up.deduplicationId))).toEqual([]);
  });

  it('come in order of time, live ones never from the future', () => {
    const live = world(7, START - HOUR);
    let last = 0;
    let visited = 0;
    for (const now of [START, START + 30_000, START + 60_000]) {
      for (const message of live.advance(now)) {
        expect(message.eventTime).toBeGreaterThanOrEqual(last);
        expect(message.eventTime).toBeLessThanOrEqual(now);
        last = message.eventTime;
        visited++;
      }
    }
    expect(visited).toBeGreaterThan(500);
    // a minute at twenty times the speed is twenty minutes of the city
    expect(live.cityTime(START + MINUTE)).toBe(START + 20 * MINUTE);
  });

  it("decode in the hub to the process's values within the sensor's resolution", () => {
    let frames = 0;
    let values = 0;
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (const { device, frame, values: given } of ups) {
      const model = models.get(device.model)!;
      const decoded = decode(model, frame!.bytes, frame!.fPort);
      if (!decoded.ok) throw new Error(`${device.model}: ${decoded.detail}`);
      frames++;
      seen.add(device.model);
      for (const { channel, value } of decoded.readings) {
        const wanted = given![channel];
        values++;
        const good =
          typeof wanted === 'number'
            ? Math.abs((value as number) - wanted) <= step(channel, wanted, model) + 1e-9
            : value === wanted;
        if (!good) wrong.push(`${device.model} ${channel}: ${value} for ${wanted}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBe(14);
    expect(frames).toBeGreaterThan(25_000);
    expect(values).toBeGreaterThan(frames * 2);
  });

  it("are opened by the hub's ChirpStack source without a refusal", () => {
    const source = chirpstack(chirpstackOptions.parse({}));
    const kinds = new Map<string, number>();
    for (const message of messages.slice(-6000)) {
      const body = Buffer.from(JSON.stringify(message.event()));
      const receivedAt = message.eventTime;
      const opened = source.open({ source: source.id, topic: message.topic, body, receivedAt, delivery: 0 });
      if (!opened.ok) throw new Error(`${message.topic}: ${opened.detail}`);
      const [event] = opened.events;
      if (event?.device !== message.device.devEui) throw new Error(`${message.topic}: opened as ${event?.device}`);
      kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1);
      if (event.kind === 'up') expect(Buffer.from(event.payload).equals(message.frame!.bytes)).toBe(true);
    }
    expect(kinds.get('up')).toBeGreaterThan(5500);
    expect(kinds.get('status')).toBeGreaterThan(30);
  });

  it('are heard by one to four gateways with signals that radio allows', () => {
    const strange = ups.filter(({ up }) => {
      const { frequency, modulation } = up.txInfo;
      const { spreadingFactor } = modulation.lora;
      return (
        up.rxInfo.length < 1 ||
        up.rxInfo.length > 4 ||
        up.rxInfo.some(({ rssi, snr = 0 }) => rssi < -140 || rssi > -25 || snr < -20 || snr > 14) ||
        frequency < 867_100_000 ||
        frequency > 868_500_000 ||
        spreadingFactor < 7 ||
        spreadingFactor > 12
      );
    });
    expect(strange.map(({ up }) => up.rxInfo)).toEqual([]);
    expect(new Set(ups.map(({ up }) => up.rxInfo.length))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(ups.flatMap(({ up }) => up.rxInfo.map((rx) => rx.gatewayId))).size).toBe(14);
  });

  it('begin with a join of each device and have its status once a day', () => {
    const joins = messages.filter((message) => message.kind === 'join');
    expect(new Set(joins.map((message) => message.device.devEui)).size).toBe(city.devices.length);
    expect(joins).toHaveLength(city.devices.length);
    expect(lived.counts.status / city.devices.length).toBeGreaterThan(1.5);
    expect(lived.counts.status / city.devices.length).toBeLessThanOrEqual(2);
    expect(messages[0]!.topic).toMatch(/^application\/[0-9a-f-]{36}\/device\/5a5007[0-9a-f]{10}\/event\/join$/);
  });
});

describe('the planted faults', () => {
  it('a frozen bay sends heartbeats and never changes, while its neighbour does', () => {
    const frozen = of(FROZEN_BAY);
    expect(frozen.length).toBeGreaterThan(40);
    expect(new Set(frozen.map((message) => message.values!.occupied))).toEqual(new Set([true]));
    expect(new Set(of('solingen/parking/rathaus/6').map((message) => message.values!.occupied)).size).toBe(2);
  });

  it("a spider's web makes single readings of a level far too high", () => {
    const distances = of(SPIDER).map((message) => message.values!.distance as number);
    const spikes = distances.filter((distance) => distance < 0.5);
    expect(spikes.length).toBeGreaterThanOrEqual(2);
    expect(spikes.length).toBeLessThan(distances.length / 8);
    expect(of('ulm/water/blau/2').filter((message) => (message.values!.distance as number) < 2)).toHaveLength(0);
  });

  it('a station in the sun is degrees too warm at noon and right at night', () => {
    const difference = (hour: number) => {
      const mean = (thing: string) => {
        const near = of(thing).filter((m) => Math.abs(localTime(m.cityTime).hour - hour) < 1.5);
        expect(near.length).toBeGreaterThan(5);
        return near.reduce((sum, m) => sum + (m.values!.temperature as number), 0) / near.length;
      };
      return mean(IN_THE_SUN) - mean('ulm/climate/karlsplatz/4');
    };
    expect(difference(13)).toBeGreaterThan(2);
    expect(Math.abs(difference(2))).toBeLessThan(0.7);
  });

  it('two swapped devices: the park is warm at night and the square is cool', () => {
    const night = (thing: string) => {
      const readings = of(thing).filter((m) => localTime(m.cityTime).hour < 4);
      return readings.reduce((sum, m) => sum + (m.values!.temperature as number), 0) / readings.length;
    };
    const [square, park] = SWAPPED;
    expect(night(park) - night(square)).toBeGreaterThan(1);
    expect(night('solingen/climate/neumarkt/2') - night('solingen/climate/suedpark/2')).toBeGreaterThan(1);
  });

  it('a clock runs six minutes ahead, at its gateway only', () => {
    const ahead = of(CLOCK_AHEAD.thing);
    expect(ahead.length).toBeGreaterThan(150);
    for (const { up, eventTime } of ahead) {
      expect(up.rxInfo.map((rx) => rx.gatewayId)).toEqual([CLOCK_AHEAD.gateway]);
      expect(Date.parse(up.time) - eventTime).toBe(6 * MINUTE);
      expect(Math.abs(Date.parse(up.rxInfo[0]!.nsTime) - eventTime)).toBeLessThan(1000);
    }
    const others = ups.filter(({ device }) => device.thing !== CLOCK_AHEAD.thing);
    expect(others.filter(({ up, eventTime }) => Date.parse(up.time) !== eventTime)).toEqual([]);
  });

  it('a gateway is out for forty minutes a day, and the gauge behind it silent', () => {
    const heard = ups.filter(({ up }) => up.rxInfo.some((rx) => rx.gatewayId === OUTAGE.gateway));
    const hours = heard.map((message) => localTime(message.cityTime).hour);
    expect(hours.length).toBeGreaterThan(100);
    expect(hours.filter((hour) => hour >= 14 + 1 / 3 && hour < 15)).toHaveLength(0);
    const times = of(OUTAGE.thing).map((message) => message.cityTime);
    const longest = Math.max(...times.slice(1).map((time, i) => time - times[i]!));
    expect(longest).toBeGreaterThanOrEqual(40 * MINUTE);
    expect(lived.counts.unheard).toBeGreaterThanOrEqual(3);
  });

  it('two percent are lost, seen as gaps in fCnt, and 0.3 % come twice with the same id', () => {
    const expected = new Map<string, number>();
    let gaps = 0;
    let strangers = 0;
    const ids = new Map<string, number>();
    for (const { device, up, duplicate } of ups) {
      const repeated = ids.get(up.deduplicationId) ?? 0;
      if (repeated > 0 !== duplicate) strangers++;
      ids.set(up.deduplicationId, repeated + 1);
      if (duplicate) continue;
      const fCnt = up.fCnt ?? 0;
      gaps += fCnt - (expected.get(device.devEui) ?? 0);
      expected.set(device.devEui, fCnt + 1);
    }
    expect(strangers).toBe(0);
    expect(gaps / ids.size).toBeGreaterThan(0.016);
    expect(gaps / ids.size).toBeLessThan(0.025);
    const doubled = [...ids.values()].filter((n) => n === 2).length;
    expect(doubled / ids.size).toBeGreaterThan(0.002);
    expect(doubled / ids.size).toBeLessThan(0.004);
    expect(doubled).toBe(lived.counts.duplicated);
  });
});

/** How far a decoded value may lie from what was given: half a step of the frame, a whole one of what is counted down. */
function step(
  channel: string,
  value: number,
  model: { channels: Readonly<Record<string, { resolution?: number }>> },
): number {
  if (channel === 'parkingDuration' || channel === 'vacancyDuration') return value < 90 ? 1 : value < 240 ? 5 : 60;
  return (model.channels[channel]?.resolution ?? 0) * 0.51;
}
