/** A changed Observation: the old row goes, the new one stands where its time and Datastream say, the @iot.id stays. */
import { EDITED_IDS, EDITED_TIES, QUALITY } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { featureAt } from '../schema/index.ts';
import { refuseComputed } from './computed-by-hub.ts';
import type { FreeInstants } from './free-instants.ts';
import { withFeature } from './observation-features.ts';
import { changedRow, withExtra } from './observation-rows.ts';
import { checkMultiResult, type ObservationValues } from './observation-values.ts';
import { featureOfRow } from './relations.ts';
import type { Session } from './session.ts';
import { idOf, type StoredRow } from './stored-row.ts';

export interface ObservationChange {
  readonly values: ObservationValues;
  /** Id of the FeatureOfInterest from now on; null: as it was. */
  readonly feature: number | null;
  /** Id of the Datastream or MultiDatastream from now on. */
  readonly stream: number;
  /** Does what was not given become its default? */
  readonly replace: boolean;
  /** Was it a person who changed it, not a repeated delivery? Then the row is flagged. */
  readonly byHand: boolean;
  readonly path: string;
}

/** Returns its @iot.id. @throws CodedError request.body; then nothing is planned. */
export async function changeRow(
  session: Session,
  free: FreeInstants,
  before: StoredRow,
  { values, feature, stream: id, replace, byHand, path }: ObservationChange,
): Promise<bigint> {
  const { plan } = session;
  const stream = streamOf(session, id);
  refuseComputed(stream);
  refuseComputed(streamOf(session, before.ds));
  const changed = changedRow(before, values, replace, plan.now);
  if ('unitOfMeasurements' in stream) {
    checkMultiResult({ type: changed.type, r: changed.r, v: changed.x?.v }, stream.observedProperties.length, path);
  }
  const about = feature ?? featureOfRow(session, before);
  const settled =
    about === null || featureAt(stream, changed.t) === about
      ? { stream, f: undefined }
      : withFeature(stream, about, changed.t);
  const moved = before.ds !== id || before.t !== changed.t;
  const place = moved ? await newPlace(session, free, stream, before, changed.t) : { n: before.n, k: before.x?.k };
  session.spend();
  const row: StoredRow = {
    ...withExtra(changed, { f: settled.f, k: place.k } as Parameters<typeof withExtra>[1]),
    q: byHand ? changed.q : changed.q & ~QUALITY.edited,
    ds: id,
    n: place.n,
    id: before.id,
    rec: null,
  };
  if (moved && before.rec !== null) noteRemoval(session, before.ds);
  const own = row.x?.rt !== undefined || row.x?.e !== undefined;
  // read again: a removal may just have been noted in it
  const now = streamOf(session, id);
  const next = {
    ...now,
    ...(settled.stream.otherFeatures === undefined ? {} : { otherFeatures: settled.stream.otherFeatures }),
    ...(own ? { ownTimes: true } : {}),
  };
  if (next.ownTimes !== now.ownTimes || next.otherFeatures !== now.otherFeatures) session.putStream(next);
  session.rows.put(row, before);
  return idOf(row);
}

/** From now on an instant of the Datastream without a row may have an id that somebody knows. */
export function noteRemoval(session: Session, ds: number): void {
  const stream = streamOf(session, ds);
  if (stream.hadRemovals !== true) session.putStream({ ...stream, hadRemovals: true });
}

async function newPlace(
  session: Session,
  free: FreeInstants,
  stream: Stream,
  { ds, t, id, x }: StoredRow,
  time: number,
) {
  const k = id === 0 ? (x?.k ?? ([ds, t] as const)) : undefined;
  if (await free.isFree(stream, time)) return { n: 0, k };
  const number = id >= EDITED_IDS ? id : session.plan.newObservationIds(1);
  return { n: EDITED_TIES + ((number - EDITED_IDS) % EDITED_TIES), k };
}

function streamOf({ plan }: Session, id: number): Stream {
  return (plan.get('Datastreams', id) ?? plan.get('MultiDatastreams', id))!;
}
