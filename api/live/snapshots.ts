/**
 * Snapshots, made one after the other and in short slices: looking through a city of Datastreams takes longer than a message
 * may wait for its acknowledgement, and everybody may ask for it. What happens to a view while its snapshot is being made
 * is kept and told right behind it.
 */
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import { Members } from './members.ts';
import type { Selection } from './selection.ts';
import { type Frame, frame, type LiveText, type LiveTexts, snapshotFrame } from './values.ts';

/** What a snapshot is made of. */
export interface Scene {
  readonly selection: Selection;
  readonly members: Members;
}

export interface SnapshotPorts<V extends Scene> {
  readonly catalogue: CatalogueReader;
  readonly latest: LatestReader;
  readonly liveText: LiveTexts;
  /** Resolves when the next slice may begin. */
  turn(): Promise<void>;
  /** Does somebody still wait for it? */
  wanted(view: V): boolean;
  /** The snapshot and what came while it was made. */
  made(view: V, frames: Frame[]): void;
  failed(error: unknown): void;
}

/** Longest slice, milliseconds. */
const SLICE = 2;
/** Frames kept for behind the snapshot; with more than that it is made anew. */
const FRAMES_BEHIND = 256;

export class Snapshots<V extends Scene> {
  readonly #ports: SnapshotPorts<V>;
  readonly #asked = new Set<V>();
  #working = false;
  /** The view whose snapshot is being made. */
  #current: V | null = null;
  /** News of it since that began, and the latest values since the last of them. */
  #behind: Frame[] = [];
  readonly #values = new Map<number, LiveText>();

  constructor(ports: SnapshotPorts<V>) {
    this.#ports = ports;
  }

  /** Asks for one; it comes through `made`. Asking again while it is not there yet is fine. */
  ask(view: V): void {
    if (this.#current === view) return;
    this.#asked.add(view);
    if (this.#working) return;
    this.#working = true;
    void this.#work();
  }

  /** Values of a view were published. */
  published(view: V, values: readonly LiveText[]): void {
    if (view !== this.#current) return;
    for (const value of values) {
      const before = this.#values.get(value.datastream);
      if (before === undefined || value.t >= before.t) this.#values.set(value.datastream, value);
    }
  }

  /** News of a view were told. */
  told(view: V, news: Frame): void {
    if (view !== this.#current) return;
    this.#flush();
    this.#behind.push(news);
  }

  async #work(): Promise<void> {
    for (const view of this.#asked) {
      this.#asked.delete(view);
      if (!this.#ports.wanted(view)) continue;
      try {
        this.#current = view;
        const frames = await this.#make(view);
        this.#current = null;
        if (frames !== null) this.#ports.made(view, frames);
      } catch (error) {
        this.#current = null;
        this.#ports.failed(error);
      }
      this.#forget();
    }
    this.#working = false;
  }

  /** null: nobody waits for it any more. */
  async #make(view: V): Promise<Frame[] | null> {
    const { latest, liveText, turn, wanted } = this.#ports;
    await turn();
    let sliceEnd = performance.now() + SLICE;
    const ids = view.selection.candidates();
    // a Datastream may be named twice
    const seen = new Members();
    const parts: Buffer[] = [];
    let texts: string[] = [];
    const close = () => {
      if (texts.length > 0) parts.push(Buffer.from(texts.join(',')));
      texts = [];
    };
    for (const id of ids) {
      if (performance.now() >= sliceEnd) {
        close();
        await turn();
        if (!wanted(view)) return null;
        if (this.#behind.length > FRAMES_BEHIND) {
          this.#forget();
          return this.#make(view);
        }
        sliceEnd = performance.now() + SLICE;
      }
      if (seen.has(id) || !view.selection.has(id)) continue;
      seen.set(id, true);
      view.members.set(id, true);
      const reading = latest.get(id);
      if (reading !== null) texts.push(liveText(id, reading.t, reading.result, reading.quality).text);
    }
    close();
    this.#flush();
    return [snapshotFrame(parts), ...this.#behind];
  }

  #flush(): void {
    const view = this.#current;
    const values = [...this.#values.values()].filter(({ datastream }) => view?.selection.has(datastream));
    this.#values.clear();
    if (values.length > 0) this.#behind.push(frame('observations', values));
  }

  #forget(): void {
    this.#behind = [];
    this.#values.clear();
  }
}
