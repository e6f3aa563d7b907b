/** A new Observation finds its place [docs/semantics.md, Rows and ids]. */
import { EDITED_IDS, EDITED_TIES, type EditedRow, QUALITY } from '../../../services/model/index.ts';
import type { Stream } from '../schema/index.ts';
import { changeRow } from './change-observation.ts';
import { wrong } from './complaint.ts';
import { sourceOf } from './computed-by-hub.ts';
import type { FreeInstants } from './free-instants.ts';
import { withFeature, withPlace } from './observation-features.ts';
import { newRow, withExtra } from './observation-rows.ts';
import { checkMultiResult, type ObservationValues } from './observation-values.ts';
import type { Session } from './session.ts';
import { idOf, type StoredRow, storedRows } from './stored-row.ts';

export interface NewObservation {
  readonly values: ObservationValues;
  /** Id of the FeatureOfInterest that it names; null: none. */
  readonly feature: number | null;
  readonly path: string;
}

/** Returns its @iot.id. @throws CodedError request.body; then nothing is planned. */
export async function addObservation(
  session: Session,
  free: FreeInstants,
  id: number,
  { values, feature, path }: NewObservation,
): Promise<bigint> {
  const stream = (session.plan.get('Datastreams', id) ?? session.plan.get('MultiDatastreams', id))!;
  const source = sourceOf(stream);
  if (source !== null) throw wrong(path, `the hub computes the Observations there, of Datastream ${source}`);
  if ('unitOfMeasurements' in stream) checkMultiResult(values.result!, stream.observedProperties.length, path);
  const row = newRow(values, values.phenomenonTime == null ? session.timeFor(id) : 0, session.plan.now);
  const isFree = await free.isFree(stream, row.t);
  if (!isFree && session.parts.options.repeated === 'replace') {
    const before = await standing(session, stream, row.t);
    if (before !== null) {
      return await changeRow(session, free, before, {
        values,
        feature,
        path,
        stream: id,
        replace: true,
        byHand: false,
      });
    }
  }
  session.spend();
  const settled =
    feature === null ? { stream: withPlace(session, stream, path), f: undefined } : withFeature(stream, feature, row.t);
  const known = settled.stream.ownTimes === true ? settled.stream : { ...settled.stream, ownTimes: true };
  if (known !== stream) session.putStream(known);
  const placed: EditedRow = {
    ...(settled.f === undefined ? row : withExtra(row, { f: settled.f })),
    ds: id,
    ...newPlace(session, isFree),
  };
  session.rows.put({ ...placed, rec: null }, null);
  return idOf(placed);
}

/** Tie number and assigned id. */
function newPlace(session: Session, isFree: boolean): { readonly n: number; readonly id: number } {
  if (isFree) return { n: 0, id: 0 };
  const id = session.plan.newObservationIds(1);
  return { n: EDITED_TIES + ((id - EDITED_IDS) % EDITED_TIES), id };
}

/**
 * Who only delivers replaces what was delivered over the API, never a reading of a device or what a person has corrected:
 * beside these its Observation is another one.
 */
function mayReplace({ parts }: Session, { x, q }: StoredRow): boolean {
  return parts.caller.writes === 'everything' || (x?.rt !== undefined && (q & QUALITY.edited) === 0);
}

/** The first Observation at an instant that the caller may replace; null: there is none. */
async function standing(session: Session, stream: Stream, t: number): Promise<StoredRow | null> {
  for (const row of session.rows.planned()) {
    if (row.ds === stream.id && row.t === t && mayReplace(session, row)) return row;
  }
  for (const row of storedRows(await session.parts.source.at(stream.id, t))) {
    if (session.rows.find(idOf(row)) === undefined && mayReplace(session, row)) return row;
  }
  return null;
}
