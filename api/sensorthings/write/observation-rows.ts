/** Checked values ▸ the row of an Observation. */
import { FUTURE_TOLERANCE, QUALITY, type RowExtra } from '../../../services/model/index.ts';
import type { ObservationValues } from './observation-values.ts';
import type { StoredRow } from './stored-row.ts';

/** A row without a place in its Datastream yet. */
export type Unplaced = Omit<StoredRow, 'n' | 'id' | 'rec' | 'ds'>;

/** `now`: phenomenonTime where none was given. `f`: FeatureOfInterest where it is not the Datastream's at that time. */
export function newRow(values: ObservationValues, time: number, now: number): Unplaced {
  const { phenomenonTime: span, result, resultTime = null } = values;
  const t = span?.start.ms ?? time;
  const x: RowExtra = clean({
    v: result!.v,
    e: span?.end?.ms,
    rt: resultTime,
    vt: values.validTime ?? undefined,
    p: values.parameters ?? undefined,
    rq: values.resultQuality ?? undefined,
    us: span == null || span.start.us === 0 ? undefined : span.start.us,
  });
  return { t, type: result!.type, r: result!.r, q: t > now + FUTURE_TOLERANCE ? QUALITY.future : 0, x };
}

/** The row with what was given; the rest stays. `replace`: what was not given becomes its default, but for the time. */
export function changedRow(before: StoredRow, values: ObservationValues, replace: boolean, now: number): Unplaced {
  const old = before.x ?? {};
  const { phenomenonTime: span, result } = values;
  const given = <T>(value: T | null | undefined, kept: T | undefined): T | undefined =>
    value === undefined && !replace ? kept : (value ?? undefined);
  const t = span?.start.ms ?? before.t;
  const x: RowExtra = clean({
    v: result === undefined ? old.v : result.v,
    e: span == null ? old.e : span.end?.ms,
    // a device's reading has its phenomenonTime as resultTime, also when it is moved
    rt:
      values.resultTime !== undefined
        ? values.resultTime
        : replace
          ? null
          : old.rt === undefined && t !== before.t
            ? before.t
            : old.rt,
    vt: given(values.validTime, old.vt),
    p: given(values.parameters, old.p),
    rq: given(values.resultQuality, old.rq),
    us: span == null ? old.us : span.start.us === 0 ? undefined : span.start.us,
    k: old.k,
  });
  const kept = before.q & ~(QUALITY.future | (result === undefined ? 0 : QUALITY.implausible));
  const q = kept | QUALITY.edited | (t > now + FUTURE_TOLERANCE ? QUALITY.future : 0);
  return { t, type: result?.type ?? before.type, r: result === undefined ? before.r : result.r, q, x: emptyToNull(x) };
}

export function withExtra(row: Unplaced, more: RowExtra): Unplaced {
  return { ...row, x: emptyToNull(clean({ ...row.x, ...more })) };
}

/** Without the keys that have no value. */
function clean(extra: { [K in keyof RowExtra]: RowExtra[K] | undefined }): RowExtra {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(extra)) if (value !== undefined) out[key] = value;
  return out as RowExtra;
}

function emptyToNull(x: RowExtra): RowExtra | null {
  return Object.keys(x).length === 0 ? null : x;
}
