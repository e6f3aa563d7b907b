/**
 * What happens to the catalogue, told to those who look on: what is gone for them, what looks different, and which earlier
 * value is the latest again where a later one was deleted. It is worked off in short slices: ten thousand Datastreams that
 * are deleted at once hold up neither readings nor queries.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { CatalogueReader, ChangeNews } from '../../services/registry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import type { Members } from './members.ts';
import type { Options } from './options.ts';
import type { Selection } from './selection.ts';
import { Touched } from './touched.ts';
import { type Frame, type LiveText, type LiveTexts, latestFrame, noticeFrame } from './values.ts';

/** What a view shows, as its clients were told. */
export interface NewsView {
  readonly selection: Selection;
  readonly members: Members;
}

export interface NewsPorts {
  readonly catalogue: CatalogueReader;
  readonly latest: LatestReader;
  readonly liveText: LiveTexts;
  readonly options: Pick<Options, 'noticeIds'>;
  views(): Iterable<NewsView>;
  tell(view: NewsView, frame: Frame): void;
  failed(error: unknown): void;
}

/** Longest slice, milliseconds. */
const SLICE = 2;
/** Where only the store knows the latest value, it is asked for in the background; look again after this, milliseconds. */
const LOOK_AGAIN = 200;

export class News {
  readonly #ports: NewsPorts;
  #queue: ChangeNews[] = [];
  /** Datastreams an Observation of which was removed. */
  #doubtful = new Set<number>();
  #working = false;
  #timer: NodeJS.Timeout | undefined;
  #sliceEnd = 0;

  constructor(ports: NewsPorts) {
    this.#ports = ports;
  }

  add(news: ChangeNews): void {
    this.#queue.push(news);
    this.#wake();
  }

  /** Nobody looks on any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    this.#doubtful.clear();
  }

  #wake(): void {
    if (this.#working) return;
    this.#working = true;
    void this.#work()
      .catch((error) => this.#ports.failed(error))
      .finally(() => {
        this.#working = false;
        if (this.#queue.length > 0) this.#wake();
        else if (this.#doubtful.size > 0) this.#lookAgain();
      });
  }

  #lookAgain(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, LOOK_AGAIN).unref();
  }

  async #work(): Promise<void> {
    await turn();
    this.#sliceEnd = performance.now() + SLICE;
    while (this.#queue.length > 0) {
      const touched = new Touched(this.#ports.catalogue);
      for (const news of this.#queue.splice(0)) {
        for (const _ of touched.follow(news)) if (this.#due()) await this.#rest();
        for (const edit of news.edits) {
          if (edit.op === 'remove') this.#doubtful.add(edit.ds);
          if (this.#due()) await this.#rest();
        }
      }
      for (const view of [...this.#ports.views()]) await this.#changed(view, touched);
    }
    if (this.#doubtful.size > 0) await this.#latest();
  }

  async #changed(view: NewsView, { streams, things }: Touched): Promise<void> {
    const { catalogue, options, tell } = this.#ports;
    const { members, selection } = view;
    const gone: number[] = [];
    const seen = new Set<number>();
    for (const id of streams) {
      if (this.#due()) await this.#rest();
      const is = selection.has(id);
      if (members.has(id) && !is) gone.push(id);
      members.set(id, is);
      const thing = is ? streamOf(catalogue, id)?.thing : undefined;
      if (thing !== undefined) seen.add(thing);
    }
    for (const id of things) {
      if (this.#due()) await this.#rest();
      if (!seen.has(id) && leadsTo(catalogue, members, id)) seen.add(id);
    }
    for (let at = 0; at < gone.length; at += options.noticeIds) {
      if (this.#due()) await this.#rest();
      tell(view, noticeFrame({ type: 'gone', datastreams: gone.slice(at, at + options.noticeIds) }));
    }
    if (seen.size > 0)
      tell(view, noticeFrame({ type: 'changed', things: seen.size > options.noticeIds ? null : [...seen] }));
  }

  async #latest(): Promise<void> {
    const { latest, catalogue, liveText, options, views, tell } = this.#ports;
    const known: number[] = [];
    for (const id of this.#doubtful) {
      if (this.#due()) await this.#rest();
      if (latest.newest(id) === undefined && streamOf(catalogue, id) !== undefined) continue;
      this.#doubtful.delete(id);
      known.push(id);
    }
    for (const view of [...views()]) {
      let values: LiveText[] = [];
      let none: number[] = [];
      const flush = () => {
        if (values.length + none.length > 0) tell(view, latestFrame(values, none));
        values = [];
        none = [];
      };
      for (const id of known) {
        if (this.#due()) await this.#rest();
        if (!view.selection.has(id)) continue;
        const reading = latest.get(id);
        if (reading === null) none.push(id);
        else values.push(liveText(id, reading.t, reading.result, reading.quality));
        if (values.length + none.length >= options.noticeIds) flush();
      }
      flush();
    }
  }

  #due(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  async #rest(): Promise<void> {
    await turn();
    this.#sliceEnd = performance.now() + SLICE;
  }
}

function streamOf(catalogue: CatalogueReader, id: number) {
  return catalogue.set('Datastreams').get(id) ?? catalogue.set('MultiDatastreams').get(id);
}

function leadsTo({ indexes }: CatalogueReader, members: Members, thing: number): boolean {
  const shown = (id: number) => members.has(id);
  return (
    (indexes.datastreamsOfThing.get(thing) ?? []).some(shown) ||
    (indexes.multiDatastreamsOfThing.get(thing) ?? []).some(shown)
  );
}
