/**
 * One more device beside the load, whose clock stands in 2036 every other time, and which else leaves the time to the hub: its
 * latest value must always be the last one that came with a time of today, whatever the clocks did.
 */
import { eventText } from '../bench/index.ts';
import { TOKEN, type TorturedHub } from './hub.ts';

const WRONG_CLOCK = '2036-02-07T06:28:16.000Z';
/** Numbers that the load never reaches. */
const FIRST_NUMBER = 3_000_000_000;
const TOLERANCE_MS = 5 * 60_000;
const ASK_MS = 10_000;

export class Watch {
  readonly #hub: TorturedHub;
  readonly #device: number;
  readonly #datastream: number;
  #number = FIRST_NUMBER;
  checked = 0;

  /** `datastream`: its temperature. */
  constructor(hub: TorturedHub, device: number, datastream: number) {
    this.#hub = hub;
    this.#device = device;
    this.#datastream = datastream;
  }

  /** A reading without a time of its own; returns its temperature once it is acknowledged. */
  async send(): Promise<number> {
    const number = ++this.#number;
    await this.#deliver(eventText('small', this.#device, number, 'now').replace('"time":"now",', ''));
    return (150 + (number % 200)) / 10;
  }

  async sendFromTheFuture(): Promise<void> {
    await this.#deliver(eventText('small', this.#device, ++this.#number, WRONG_CLOCK));
  }

  /** Sends both, looks at the latest value, and says what is wrong; null: nothing. */
  async check(): Promise<string | null> {
    const expected = await this.send();
    await this.sendFromTheFuture();
    const { phenomenonTime, result } = await this.#latest();
    this.checked += 1;
    if (Date.parse(phenomenonTime) > Date.now() + TOLERANCE_MS) return `the latest value is of ${phenomenonTime}`;
    return result === expected ? null : `the latest value is ${result} of ${phenomenonTime}, and ${expected} came last`;
  }

  async #deliver(body: string): Promise<void> {
    const response = await fetch(`${this.#hub.base}/ingest/chirpstack?event=up`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ASK_MS),
      body,
    });
    if (!response.ok) throw new Error(`the webhook answers ${response.status} ${await response.text()}`);
  }

  /** What a client of the live stream hears first. */
  async #latest(): Promise<{ phenomenonTime: string; result: number }> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ASK_MS);
    try {
      const response = await fetch(`${this.#hub.base}/live/events?datastream=${this.#datastream}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
        signal: stop.signal,
      });
      let text = '';
      for await (const bytes of response.body ?? []) {
        text += Buffer.from(bytes).toString('utf8');
        const data = /^data: (.*)\n/m.exec(text);
        if (data === null) continue;
        const [first] = JSON.parse(data[1] as string).observations;
        if (first === undefined) throw new Error(`no latest value: ${data[1]}`);
        return first;
      }
      throw new Error(`the live stream ended: ${response.status} ${text.slice(0, 200)}`);
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }
}
