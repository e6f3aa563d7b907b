/** Which instants of a Datastream are free: without a row now, on its way, or ever. Only there the layout gives the @iot.id. */
import { CodedError } from '../../../services/model/index.ts';
import { hasLayout } from '../observation-id.ts';
import type { Stream } from '../schema/index.ts';
import type { Session } from './session.ts';

export class FreeInstants {
  readonly #session: Session;
  /** Datastream ▸ time ▸ taken, as the store said. */
  readonly #known = new Map<number, Map<number, boolean>>();

  constructor(session: Session) {
    this.#session = session;
  }

  async isFree(stream: Stream, t: number): Promise<boolean> {
    const known = this.#alone(stream, t);
    if (known !== undefined) return known;
    await this.ask(stream, [t]);
    return this.#known.get(stream.id)?.get(t) === false;
  }

  /** Asks for many times at once, which `isFree` then knows. */
  async ask(stream: Stream, times: readonly number[]): Promise<void> {
    const known = this.#known.get(stream.id) ?? new Map<number, boolean>();
    const open = new Set(times.filter((t) => !known.has(t) && this.#alone(stream, t) === undefined));
    if (open.size === 0) return;
    this.#known.set(stream.id, known);
    const asked = [...open].sort((a, b) => a - b);
    const taken = await this.#occupied(stream.id, asked);
    for (const [i, t] of asked.entries()) known.set(t, taken?.[i] ?? true);
  }

  /** What is known without the store. A Datastream that never lost a row has none outside of its extent. */
  #alone(stream: Stream, t: number): boolean | undefined {
    const { rows, parts } = this.#session;
    if (!hasLayout(stream.id, t) || rows.stands(stream.id, t)) return false;
    if (stream.hadRemovals === true) return undefined;
    const extent = parts.latest.extent(stream.id);
    if (extent === null) return true;
    return extent !== undefined && (t < extent.first || t > extent.last) ? true : undefined;
  }

  /** null: the store can't say. Then a new Observation gets an assigned id, which is right everywhere. */
  async #occupied(ds: number, times: readonly number[]): Promise<readonly boolean[] | null> {
    try {
      return await this.#session.parts.source.occupied(ds, times);
    } catch (error) {
      if (error instanceof CodedError && error.code.startsWith('hub.')) return null;
      throw error;
    }
  }
}
