/** A value from the bus as the Observation that the store will have. */
import { type LiveObservation, RESULT, type RowExtra } from '../../../services/model/index.ts';
import { Observation } from '../schema/index.ts';

const REC = [0];

export function observationOf({ datastream, phenomenonTime, result, quality, edited }: LiveObservation): Observation {
  const type = typeOf(result);
  const number = type === RESULT.number || type === RESULT.boolean ? Number(result) : Number.NaN;
  const rare: RowExtra =
    type === RESULT.text || type === RESULT.object ? { ...edited?.extra, v: result } : (edited?.extra ?? {});
  const row = {
    length: 1,
    ds: [datastream],
    t: [phenomenonTime],
    n: [edited?.n ?? 0],
    r: [number],
    type: [type],
    rec: REC,
    q: [quality],
    id: [edited?.id ?? 0],
    x: new Map(Object.keys(rare).length === 0 ? [] : [[0, JSON.stringify(rare)]]),
  };
  return new Observation(row, 0);
}

function typeOf(result: LiveObservation['result']): number {
  if (result === null) return RESULT.none;
  if (typeof result === 'number') return RESULT.number;
  if (typeof result === 'boolean') return RESULT.boolean;
  return typeof result === 'string' ? RESULT.text : RESULT.object;
}
