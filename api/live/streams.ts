/** From the bus to the clients, at once and without a timer: clients with the same view share one frame per publish. */
import type { Reader } from '../../services/access/index.ts';
import type { Bus } from '../../services/bus/index.ts';
import type { Clock, LiveFilter, LiveObservation } from '../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed } from '../../services/registry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import { type Client, client, type Pipe } from './client.ts';
import { Members } from './members.ts';
import { News } from './news.ts';
import type { Options } from './options.ts';
import { type Selection, selection } from './selection.ts';
import { Snapshots } from './snapshots.ts';
import type { Holder, Unsent } from './unsent.ts';
import { type Frame, frame, type LiveText, liveTexts } from './values.ts';

export interface StreamsPorts {
  readonly bus: Bus;
  readonly catalogue: CatalogueReader;
  readonly changes: ChangeFeed;
  readonly latest: LatestReader;
  readonly clock: Clock;
  readonly options: Options;
  readonly unsent: Unsent;
  /** Resolves when a slice of work for one client may begin. */
  turn(): Promise<void>;
  /** Seconds from the receipt of an uplink until its value was handed to the sockets. */
  latency(seconds: number): void;
  /** News of the catalogue could not be told: a defect. */
  failed(error: unknown): void;
}

/** A client's place: which view it has now. */
export interface Subscription {
  readonly client: Client;
  /** Replaces the filter and sends the new snapshot. */
  change(filter: LiveFilter): void;
  leave(): void;
}

export interface Streams {
  stop(): void;
  join(filter: LiveFilter, reader: Reader, pipe: Pipe): Subscription;
  /** For the times when nothing is published: cuts who lags for too long, forgets what is not shared any more. */
  check(): void;
  /** Forgets the snapshots that are kept for the next clients. */
  forgetShared(): void;
  /** Totals for the metrics. */
  readonly counts: { values: number; frames: number; replaced: number };
}

/** Clients with the same filter and the same rights. */
interface View {
  readonly key: string;
  readonly selection: Selection;
  readonly clients: Set<Client>;
  /** The Datastreams that its clients have heard of. */
  readonly members: Members;
  /** A snapshot and what was published since, for the next client with this view. */
  shared: { readonly at: number; readonly revision: number; readonly frames: Frame[]; readonly held: Holder } | null;
}

/** Beyond that a new snapshot is cheaper than the frames since the last one. */
const FRAMES_SINCE_SNAPSHOT = 32;

export function streams(ports: StreamsPorts): Streams {
  const { bus, catalogue, changes, latest, clock, options, unsent, turn, latency, failed } = ports;
  const liveText = liveTexts();
  const views = new Map<string, View>();
  const counts = { values: 0, frames: 0, replaced: 0 };
  let unsubscribe: (() => void) | null = null;
  const news = new News({
    catalogue,
    latest,
    liveText,
    options,
    failed,
    views: () => views.values(),
    tell: (view, told) => {
      const { clients } = view as View;
      // what is shared of it does not have this news
      unshare(view as View);
      snapshots.told(view as View, told);
      counts.frames += clients.size;
      for (const each of clients) each.offer(told);
    },
  });

  const unshare = (view: View) => {
    view.shared?.held.drop();
    view.shared = null;
  };
  const unshareStale = () => {
    for (const view of views.values()) if (view.shared !== null && stale(view.shared)) unshare(view);
  };

  const viewOf = (filter: LiveFilter, reader: Reader): View => {
    const key = JSON.stringify([reader.kind, reader.organisations, Object.entries(filter).sort()]);
    const known = views.get(key);
    if (known !== undefined) return known;
    const chosen = selection(filter, reader, catalogue);
    const made: View = { key, selection: chosen, clients: new Set(), members: new Members(), shared: null };
    views.set(key, made);
    return made;
  };

  const stale = ({ at, revision }: NonNullable<View['shared']>): boolean => {
    const age = clock.now() - at;
    return revision !== catalogue.revision || age < 0 || age > options.snapshotSeconds * 1000;
  };

  const snapshots = new Snapshots<View>({
    catalogue,
    latest,
    liveText,
    turn,
    failed,
    wanted: (view) => view.clients.size > 0,
    made: (view, frames) => {
      unshareStale();
      const held = unsent.holder();
      for (const { json } of frames) held.hold(json);
      view.shared = { at: clock.now(), revision: catalogue.revision, frames, held };
      for (const each of view.clients) each.settle();
    },
  });

  const snapshot = (view: View): readonly Frame[] | null => {
    if (view.shared !== null && !stale(view.shared)) return [...view.shared.frames];
    snapshots.ask(view);
    return null;
  };

  const publish = (observations: readonly LiveObservation[]) => {
    if (views.size === 0) return;
    const texts: (LiveText | undefined)[] = new Array(observations.length);
    for (const view of views.values()) {
      const values: LiveText[] = [];
      for (let i = 0; i < observations.length; i++) {
        const { datastream, phenomenonTime, result, quality } = observations[i]!;
        if (!view.selection.has(datastream)) continue;
        texts[i] ??= liveText(datastream, phenomenonTime, result, quality);
        values.push(texts[i]!);
      }
      if (values.length === 0) continue;
      const made = frame('observations', values);
      snapshots.published(view, values);
      if (view.shared !== null) {
        if (view.shared.frames.length > FRAMES_SINCE_SNAPSHOT || stale(view.shared)) unshare(view);
        else view.shared.frames.push(made);
      }
      counts.values += values.length * view.clients.size;
      counts.frames += view.clients.size;
      for (const each of view.clients) each.offer(made);
    }
    let oldest = Number.POSITIVE_INFINITY;
    for (const { receivedAt } of observations) oldest = Math.min(oldest, receivedAt);
    latency(Math.max(0, clock.now() - oldest) / 1000);
  };

  const attend = () => {
    const leave = [bus.subscribe(publish), changes.onDurable((told) => news.add(told))];
    return () => {
      for (const each of leave) each();
      news.stop();
    };
  };
  // Only while somebody looks: without listeners the pipeline builds no live values at all.
  const listen = () => {
    if (views.size > 0) unsubscribe ??= attend();
    else {
      unsubscribe?.();
      unsubscribe = null;
    }
  };

  return {
    counts,
    stop() {
      views.clear();
      listen();
    },
    join(filter, reader, pipe) {
      let view = viewOf(filter, reader);
      const joined = client({
        pipe,
        clock,
        options,
        snapshot: () => snapshot(view),
        wants: (datastream) => view.selection.has(datastream),
        replaced: () => counts.replaced++,
      });
      const enter = () => {
        view.clients.add(joined);
        listen();
        joined.restart();
      };
      const leave = () => {
        view.clients.delete(joined);
        if (view.clients.size === 0 && views.get(view.key) === view) {
          views.delete(view.key);
          unshare(view);
        }
        listen();
      };
      enter();
      return {
        client: joined,
        change(next) {
          leave();
          view = viewOf(next, reader);
          enter();
        },
        leave,
      };
    },
    forgetShared() {
      for (const view of views.values()) unshare(view);
    },
    check() {
      unshareStale();
      for (const view of views.values()) for (const each of view.clients) each.settle();
    },
  };
}
