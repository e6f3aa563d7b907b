/**
 * What people do meanwhile: single Observations are corrected and deleted over the API. A request that got no answer may have
 * been done or not: it is looked up afterwards, and from then on it is held to what was found.
 */
import type { Streams } from './compare.ts';
import type { TorturedHub } from './hub.ts';
import type { Chance } from './random.ts';
import type { Truth } from './truth.ts';
import { deviceOf, isTie, type Numbering, temperatureOf, timeOf } from './uplinks.ts';

/** No frame carries it. */
const EDITED = 900;

export class ByHand {
  readonly #hub: TorturedHub;
  readonly #truth: Truth;
  readonly #numbering: Numbering;
  readonly #streams: readonly Streams[];
  /** Numbers whose request got no answer. */
  readonly #doubtful = new Set<number>();
  /** How and when the request was answered, for people. */
  readonly #made = new Map<number, string>();
  done = 0;

  constructor(hub: TorturedHub, truth: Truth, numbering: Numbering, streams: readonly Streams[]) {
    this.#hub = hub;
    this.#truth = truth;
    this.#numbering = numbering;
    this.#streams = streams;
  }

  /** Deletes or corrects a few of the acknowledged uplinks below `to`. */
  async some(count: number, to: number, chance: Chance): Promise<void> {
    for (let i = 0; i < count && to > 0; i++) {
      const number = chance.whole(0, to);
      if (!this.#truth.isAcknowledged(number) || this.#truth.byHand.has(number) || isTie(number)) continue;
      const done = chance.unit() < 0.5 ? 'deleted' : 'edited';
      const result = EDITED + (number % 50);
      try {
        const id = await this.#find(number);
        if (id === null) continue;
        const path = `/v1.1/Observations(${id})`;
        this.#truth.byHand.set(number, { done, result });
        this.#doubtful.add(number);
        const { status } =
          done === 'deleted' ? await this.#hub.ask(path, 'DELETE') : await this.#hub.ask(path, 'PATCH', { result });
        // 503: it was not done
        if (status >= 400) this.#truth.byHand.delete(number);
        else {
          this.done += 1;
          this.#made.set(number, `answered ${status} at ${new Date().toISOString()}`);
        }
        this.#doubtful.delete(number);
      } catch {
        // the hub is gone; `settle` looks
      }
    }
  }

  /** Looks at what is in doubt. The hub works and has stored everything. */
  async settle(): Promise<void> {
    for (const number of this.#doubtful) {
      const hand = this.#truth.byHand.get(number);
      if (hand === undefined) continue;
      const standing = await this.#standing(number);
      const happened = hand.done === 'deleted' ? standing.length === 0 : standing.includes(hand.result);
      if (!happened) this.#truth.byHand.delete(number);
      else {
        this.done += 1;
        this.#made.set(number, `found so at ${new Date().toISOString()}, its request had no answer`);
      }
      this.#doubtful.delete(number);
    }
  }

  /** Those that are not as they were left, in words. Nothing is in doubt. */
  async undone(): Promise<string[]> {
    const found: string[] = [];
    for (const [number, { done, result }] of this.#truth.byHand) {
      const standing = await this.#standing(number);
      const original = standing.includes(temperatureOf(number));
      if (!original && (done === 'deleted' || standing.includes(result))) continue;
      const wanted = done === 'deleted' ? 'nothing' : `${result} alone`;
      found.push(
        `uplink ${number}, ${done} by hand (${this.#made.get(number) ?? 'before'}): ${wanted} should stand beside others, there is ${standing.join(', ') || 'nothing'} (the network brought ${temperatureOf(number)})`,
      );
    }
    return found;
  }

  /** `@iot.id` of the uplink's temperature, as text: it is beyond 2^53. */
  async #find(number: number): Promise<string | null> {
    const { status, text } = await this.#ask(number);
    if (status !== 200) return null;
    const rows = [...text.matchAll(/"@iot.id":(\d+)[^}]*?"result":([-\d.]+)/g)];
    return rows.find((row) => Number(row[2]) === temperatureOf(number))?.[1] ?? null;
  }

  async #standing(number: number): Promise<number[]> {
    const { status, text } = await this.#ask(number);
    if (status !== 200) throw new Error(`looking for uplink ${number}: ${status} ${text.slice(0, 300)}`);
    const standing = [...text.matchAll(/"result":([-\d.]+)/g)].map((row) => Number(row[1]));
    return standing.filter((result) => result === temperatureOf(number) || result >= EDITED);
  }

  #ask(number: number) {
    const { temperature } = this.#streams[deviceOf(number)] as Streams;
    const time = new Date(timeOf(this.#numbering, number)).toISOString();
    const query = `$filter=phenomenonTime eq ${time}&$select=id,result&$top=10`;
    return this.#hub.ask(`/v1.1/Datastreams(${temperature})/Observations?${encodeURI(query)}`);
  }
}
