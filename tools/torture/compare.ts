/** What is stored, beside what was acknowledged: one by one, in a window of uplink numbers. */
import type { TorturedHub } from './hub.ts';
import type { Truth } from './truth.ts';
import { DEVICES, type Numbering, STEP, temperatureOf, timeOf } from './uplinks.ts';

export interface Tally {
  /** Acknowledged uplinks of the window, and those of them whose Observation is there. */
  acknowledged: number;
  stored: number;
  lost: number;
  duplicated: number;
  /** At a time or with a result that nobody sent. */
  wrong: number;
  /** What a person deleted or edited and that came back, or lost its edit. */
  undone: number;
  /** The first few findings, for people. */
  readonly findings: string[];
}

export function emptyTally(): Tally {
  return { acknowledged: 0, stored: 0, lost: 0, duplicated: 0, wrong: 0, undone: 0, findings: [] };
}

export function add(to: Tally, more: Tally): void {
  to.acknowledged += more.acknowledged;
  to.stored += more.stored;
  to.lost += more.lost;
  to.duplicated += more.duplicated;
  to.wrong += more.wrong;
  to.undone += more.undone;
  to.findings.push(...more.findings.slice(0, Math.max(0, FINDINGS - to.findings.length)));
}

export function isClean({ lost, duplicated, wrong, undone }: Tally): boolean {
  return lost + duplicated + wrong + undone === 0;
}

const FINDINGS = 20;
const PAGE = 50_000;

/** Datastream ids of a device, by channel. */
export type Streams = Readonly<Record<string, number>>;

/** Compares the uplinks from `from` up to `to` (whole rounds of all devices; `to` excluded). */
export async function compare(
  hub: TorturedHub,
  truth: Truth,
  numbering: Numbering,
  streams: readonly Streams[],
  from: number,
  to: number,
): Promise<Tally> {
  const tally = emptyTally();
  const say = (text: string) => {
    if (tally.findings.length < FINDINGS) tally.findings.push(text);
  };
  // a tie of the first round stands at the instant before the window, one of the round behind it at its last instant
  const begin = numbering.begin + Math.floor(from / DEVICES) * STEP;
  const end = numbering.begin + Math.floor(to / DEVICES) * STEP;
  for (let device = 0; device < DEVICES; device++) {
    const { temperature, humidity, battery } = streams[device] as Streams;
    const rows = await observations(hub, temperature as number, begin, end);
    const found = new Map<string, number>();
    for (const [time, result] of rows) {
      const key = `${time} ${result}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    for (let number = from + device - DEVICES; number < to + DEVICES; number += DEVICES) {
      if (number < 0) continue;
      const time = timeOf(numbering, number);
      if (time < begin || time >= end || !truth.wasSent(number)) continue;
      const hand = truth.byHand.get(number);
      const original = `${time} ${temperatureOf(number)}`;
      const count = found.get(original) ?? 0;
      found.delete(original);
      if (hand !== undefined) {
        const edited = `${time} ${hand.result}`;
        const after = hand.done === 'edited' ? (found.get(edited) ?? 0) : 0;
        found.delete(edited);
        if (hand.done === 'deleted' ? count > 0 : count > 0 || after !== 1) {
          tally.undone += 1;
          say(
            `uplink ${number} of device ${device}, ${hand.done} by hand, is there ${count} times as it came and ${after} times edited`,
          );
        }
      } else if (count > 1) {
        tally.duplicated += 1;
        say(`uplink ${number} of device ${device} at ${new Date(time).toISOString()} is there ${count} times`);
      } else if (count === 0 && truth.isAcknowledged(number)) {
        tally.lost += 1;
        say(
          `uplink ${number} of device ${device} at ${new Date(time).toISOString()} was acknowledged and is not there`,
        );
      }
      if (truth.isAcknowledged(number)) {
        tally.acknowledged += 1;
        if (count > 0 || hand !== undefined) tally.stored += 1;
      }
    }
    for (const [key, count] of found) {
      tally.wrong += count;
      say(`device ${device} has ${key} (${count} times), which nobody sent`);
    }
    for (const other of [humidity, battery]) {
      const beside = await count(hub, other as number, begin, end);
      const hands = handsWithin(truth, numbering, device, begin, end);
      if (beside !== rows.length + hands) {
        tally.wrong += 1;
        say(
          `device ${device}: ${rows.length} temperatures and ${hands} deleted ones, but ${beside} in Datastream ${other}`,
        );
      }
    }
  }
  return tally;
}

/** Temperatures that a person deleted. */
function handsWithin(truth: Truth, numbering: Numbering, device: number, begin: number, end: number): number {
  let deleted = 0;
  for (const [number, { done }] of truth.byHand) {
    const time = timeOf(numbering, number);
    if (number % DEVICES === device && done === 'deleted' && time >= begin && time < end) deleted += 1;
  }
  return deleted;
}

function within(begin: number, end: number): string {
  return `phenomenonTime ge ${new Date(begin).toISOString()} and phenomenonTime lt ${new Date(end).toISOString()}`;
}

async function observations(hub: TorturedHub, datastream: number, begin: number, end: number) {
  const rows: [time: number, result: number][] = [];
  const query = `$filter=${within(begin, end)}&$orderby=phenomenonTime asc&$top=${PAGE}&$select=phenomenonTime,result&$resultFormat=dataArray`;
  let path: string | undefined = `/v1.1/Datastreams(${datastream})/Observations?${encodeURI(query)}`;
  while (path !== undefined) {
    const { status, json, text } = await hub.ask(path);
    if (status !== 200) throw new Error(`observations of ${datastream}: ${status} ${text.slice(0, 500)}`);
    for (const { components, dataArray } of json.value) {
      const time = components.indexOf('phenomenonTime');
      const result = components.indexOf('result');
      for (const row of dataArray) rows.push([Date.parse(row[time]), row[result]]);
    }
    const next: string | undefined = json['@iot.nextLink'];
    path = next === undefined ? undefined : next.slice(new URL(next).origin.length);
  }
  return rows;
}

async function count(hub: TorturedHub, datastream: number, begin: number, end: number): Promise<number> {
  const query = `$filter=${within(begin, end)}&$count=true&$top=0`;
  const { status, json, text } = await hub.ask(`/v1.1/Datastreams(${datastream})/Observations?${encodeURI(query)}`);
  if (status !== 200) throw new Error(`count of ${datastream}: ${status} ${text.slice(0, 500)}`);
  return json['@iot.count'];
}
