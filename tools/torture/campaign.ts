/** The order of disturbances, and what happens after each: everything acknowledged is stored, once, or the campaign ends. */
import { ByHand } from './by-hand.ts';
import { add, compare, emptyTally, isClean, type Streams, type Tally } from './compare.ts';
import { type Disturbance, KILL, OTHERS } from './disturbances.ts';
import type { Load } from './load.ts';
import { type Stage, wait } from './stage.ts';
import type { Truth } from './truth.ts';
import { DEVICES, type Numbering } from './uplinks.ts';

export interface CampaignPorts {
  readonly stage: Stage;
  readonly load: Load;
  readonly truth: Truth;
  readonly numbering: Numbering;
  readonly streams: readonly Streams[];
  readonly kills: number;
  /** null: all kinds. */
  readonly only: string | null;
  readonly say: (line: string) => void;
}

export interface KindReport {
  readonly name: string;
  readonly what: string;
  times: number;
  /** Longest time without an acknowledgement, the disturbance itself included, milliseconds. */
  longestStall: number;
  /** Longest time until the store had everything afterwards, milliseconds. */
  longestCatchUp: number;
}

export interface CampaignReport {
  readonly kinds: readonly KindReport[];
  readonly tally: Tally;
  readonly byHand: number;
  readonly requeued: number;
  /** How often the latest value of a device with a wrong clock was looked at, and was right. */
  readonly watched: number;
}

const SETTLE_MS = 180_000;
const EDITS_A_ROUND = 4;
/** What was undone is looked at once more so much later: it tells a row that is lost from one that was only missed. */
const LATER_MS = 15_000;

/** Which disturbances, in order: kills, and after every third one another kind, each about as often. */
export function order(stage: Stage, kills: number, only: string | null): Disturbance[] {
  const fits = ({ needs }: Disturbance) =>
    needs === 'nothing' || (needs === 'influxdb' && stage.influx !== null) || (needs === 'disk' && stage.disk !== null);
  const all = [KILL, ...OTHERS].filter(fits);
  if (only !== null) {
    const chosen = all.find(({ name }) => name === only);
    if (chosen === undefined)
      throw new RangeError(`--only ${only}: there are ${all.map(({ name }) => name).join(', ')}`);
    return Array.from({ length: Math.max(1, kills) }, () => chosen);
  }
  const others = all.filter((one) => one !== KILL);
  const list: Disturbance[] = [];
  let next = 0;
  for (let k = 1; k <= kills; k++) {
    list.push(KILL);
    if (k % 3 === 0) list.push(others[next++ % others.length] as Disturbance);
  }
  // each kind at least once
  while (next < others.length) list.push(others[next++] as Disturbance);
  return list;
}

export async function campaign(ports: CampaignPorts): Promise<CampaignReport> {
  const { stage, load, truth, numbering, streams, say } = ports;
  const { hub, chance } = stage;
  const hands = new ByHand(hub, truth, numbering, streams);
  const tally = emptyTally();
  const kinds = new Map<string, KindReport>();
  let requeued = 0;
  let compared = 0;
  const plan = order(stage, ports.kills, ports.only);
  for (const [i, { name, what, play }] of plan.entries()) {
    load.resume();
    await wait(chance.between(200, 1500));
    const edits = hands.some(EDITS_A_ROUND, compared, chance);
    load.takeLongestPause();
    await play(stage);
    await wait(chance.between(0, 500));
    await edits;
    if (!(await load.pause(SETTLE_MS)))
      throw new Error(`after ${name}: the hub does not acknowledge any more\n${hub.log}`);
    const stall = load.takeLongestPause();
    const began = performance.now();
    await hub.settle(SETTLE_MS);
    requeued += await requeue(stage);
    const catchUp = performance.now() - began;
    await hands.settle();
    const undone = await hands.undone();
    if (undone.length > 0) {
      await wait(LATER_MS);
      const later = await hands.undone();
      throw new Error(
        `after ${name}, at ${new Date().toISOString()}:\n${undone.join('\n')}\n${LATER_MS / 1000} s later:\n${later.join('\n') || 'as they were left'}\n${hub.log.slice(-6000)}`,
      );
    }
    const wrongLatest = await stage.watch.check();
    if (wrongLatest !== null) throw new Error(`after ${name}: ${wrongLatest}`);
    const to = truth.next - (truth.next % DEVICES);
    const seen = await compare(hub, truth, numbering, streams, compared, to);
    compared = to;
    add(tally, seen);
    const kind = kinds.get(name) ?? { name, what, times: 0, longestStall: 0, longestCatchUp: 0 };
    kinds.set(name, kind);
    kind.times += 1;
    kind.longestStall = Math.max(kind.longestStall, stall);
    kind.longestCatchUp = Math.max(kind.longestCatchUp, catchUp);
    say(
      `${String(i + 1).padStart(4)}/${plan.length} ${name.padEnd(16)} acknowledged ${truth.acknowledged}, stored ${seen.stored} of ${seen.acknowledged} in the window, ` +
        `duplicated ${seen.duplicated}, lost ${seen.lost}, stall ${Math.round(stall)} ms, caught up in ${Math.round(catchUp)} ms`,
    );
    if (!isClean(seen)) {
      say(hub.log.slice(-8000));
      break;
    }
  }
  if (isClean(tally)) {
    say('everything, from the first uplink on, late ones included:');
    load.resume();
    if (!(await load.finish(SETTLE_MS))) throw new Error('the hub does not acknowledge the late ones');
    await hub.settle(SETTLE_MS);
    await hands.settle();
    const all = await compare(hub, truth, numbering, streams, 0, truth.next - (truth.next % DEVICES) + DEVICES);
    return { kinds: [...kinds.values()], tally: all, byHand: hands.done, requeued, watched: stage.watch.checked };
  }
  return { kinds: [...kinds.values()], tally, byHand: hands.done, requeued, watched: stage.watch.checked };
}

/** What the store refused for good waits as dead letters; now that it takes rows again they are decoded again. */
async function requeue({ hub, influx }: Stage): Promise<number> {
  if (influx === null) return 0;
  let total = 0;
  for (let k = 0; k < 100; k++) {
    const { json, status, text } = await hub.ask('/admin/dead-letters?code=store.rejected&limit=1');
    if (status !== 200) throw new Error(`dead letters: ${status} ${text.slice(0, 300)}`);
    const waiting: number = json.counts['store.rejected'] ?? 0;
    if (waiting === 0) return total;
    const answer = await hub.ask('/admin/dead-letters/requeue', 'POST', { code: 'store.rejected' });
    if (answer.status >= 300) throw new Error(`requeue: ${answer.status} ${answer.text.slice(0, 300)}`);
    total += waiting;
    await wait(100);
  }
  throw new Error('dead letters of the store stay dead');
}
