/** One client and its pace: all values while it keeps up, the latest of each Datastream while it lags, cut when it hangs. */
import type { Clock } from '../../services/model/index.ts';
import type { Options } from './options.ts';
import { type Frame, frame, type LiveText, noticeFrame } from './values.ts';

/** The way to a client, WebSocket or SSE. */
export interface Pipe {
  /** Hands a frame to the socket; `Client.settle` is called when bytes have left. */
  write(frame: Frame): void;
  /** Bytes that have not left yet. */
  readonly buffered: number;
  cut(reason: CutReason): void;
}

/** Too much waits for it, for too long, or for all together. */
export type CutReason = 'bytes' | 'time' | 'crowd';

export interface ClientPorts {
  readonly pipe: Pipe;
  readonly clock: Clock;
  readonly options: Pick<Options, 'keepLatestBytes' | 'cutBytes' | 'slowSeconds' | 'leastBytesPerSecond'>;
  /** Frames of the snapshot as it is now; null: it is being made, and `settle` is called when it is there. */
  snapshot(): readonly Frame[] | null;
  /** May this Datastream still go to this client? Asked again for values that had to wait. */
  wants(datastream: number): boolean;
  /** A value was replaced by a later one before it was sent. */
  replaced(): void;
}

export interface Client {
  /** A new subscription: everything that waits is void, the snapshot comes next. */
  restart(): void;
  offer(frame: Frame): void;
  /** An answer to this client alone; while it lags, only the last one waits. */
  answer(frame: Frame): void;
  /** Bytes have left, or time has passed: sends what waited, cuts the client if it lags for too long. */
  settle(): void;
  readonly lagging: boolean;
}

export function client({ pipe, clock, options, snapshot, wants, replaced }: ClientPorts): Client {
  const waiting = new Map<number, LiveText>();
  /** When the lag began and how long it may last, in milliseconds; null: it keeps up. */
  let deadline: number | null = null;
  let snapshotBytes = 0;
  let snapshotWaits = false;
  /** It lagged while the catalogue changed: it reads it again instead of being told each change. */
  let missedNotices = false;
  /** Values that were replaced by later ones since it was last sent anything. */
  let skipped = 0;
  let cut = false;
  let unsaid: Frame | null = null;

  const end = (reason: CutReason) => {
    cut = true;
    waiting.clear();
    unsaid = null;
    pipe.cut(reason);
  };
  const lags = () => {
    const { buffered } = pipe;
    if (buffered <= options.keepLatestBytes) {
      deadline = null;
      return false;
    }
    // The snapshot is as large as the city; only what comes on top of it is the client's own slowness.
    if (buffered > options.cutBytes + snapshotBytes) end('bytes');
    const now = clock.now();
    deadline ??= now + (options.slowSeconds + buffered / options.leastBytesPerSecond) * 1000;
    if (!cut && now > deadline) end('time');
    return true;
  };
  const wait = (values: readonly LiveText[]) => {
    for (const value of values) {
      const before = waiting.get(value.datastream);
      if (before !== undefined) {
        replaced();
        skipped++;
      }
      if (before === undefined || value.t >= before.t) waiting.set(value.datastream, value);
    }
  };
  const sendSnapshot = () => {
    waiting.clear();
    skipped = 0;
    const frames = snapshot();
    snapshotWaits = frames === null;
    if (frames === null) return;
    snapshotBytes = frames.reduce((sum, { json }) => sum + json.length, 0);
    for (const part of frames) pipe.write(part);
    if (missedNotices) pipe.write(noticeFrame({ type: 'changed', things: null }));
    missedNotices = false;
  };
  const flush = () => {
    const values = [...waiting.values()].filter(({ datastream }) => wants(datastream));
    waiting.clear();
    if (values.length > 0) pipe.write(frame('observations', values, skipped));
    skipped = 0;
  };

  return {
    get lagging() {
      return deadline !== null;
    },
    restart() {
      if (cut) return;
      // A client that asks again and again without reading gets one snapshot when it has caught up, not a pile of them.
      waiting.clear();
      if (lags()) snapshotWaits = true;
      else sendSnapshot();
    },
    offer(given) {
      if (cut) return;
      if (lags()) {
        if (!cut && given.notice) {
          waiting.clear();
          missedNotices = snapshotWaits = true;
        } else if (!cut && !snapshotWaits) wait(given.values);
      } else if (snapshotWaits) {
        missedNotices ||= given.notice;
        sendSnapshot();
      } else if (waiting.size === 0) pipe.write(given);
      else if (given.notice) {
        flush();
        pipe.write(given);
      } else {
        wait(given.values);
        flush();
      }
    },
    answer(given) {
      if (cut) return;
      if (lags()) unsaid = given;
      else pipe.write(given);
    },
    settle() {
      if (cut || lags()) return;
      if (unsaid !== null) {
        const said = unsaid;
        unsaid = null;
        pipe.write(said);
      }
      if (snapshotWaits) sendSnapshot();
      else if (waiting.size > 0) flush();
    },
  };
}
