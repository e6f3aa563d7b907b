/** A value from the bus as the Observation that the store will have. */
import { type LiveObservation, RESULT, resultType } from '../../../services/model/index.ts';
import { Observation } from '../schema/index.ts';

export function observationOf({ datastream, phenomenonTime, result, quality, edited }: LiveObservation): Observation {
  const type = resultType(result);
  const isNumber = type === RESULT.number || type === RESULT.boolean;
  const rare = type === RESULT.text || type === RESULT.object ? { v: result } : {};
  const x = { ...edited?.extra, ...rare };
  return Observation.of(
    {
      ds: datastream,
      t: phenomenonTime,
      n: edited?.n ?? 0,
      id: edited?.id ?? 0,
      type,
      r: isNumber ? Number(result) : null,
      q: quality,
      x: Object.keys(x).length === 0 ? null : x,
    },
    0,
  );
}
