/** The JSON of an Observation ▸ checked values [STA table 12, 8.2.7]. */
import { CodedError, RESULT, resultType } from '../../../services/model/index.ts';
import { shown, wrong } from './complaint.ts';
import { at, checkOther, type Mode, readObject } from './read-entity.ts';
import { type Reference, readReference } from './reference.ts';
import { SHAPES } from './shapes.ts';
import { readInstant, readInterval, readSpan, type Span } from './times.ts';
import { isJsonObject } from './values.ts';

export interface Result {
  /** RESULT */
  readonly type: number;
  readonly r: number | null;
  /** Text, object or array. */
  readonly v?: unknown;
}

/** undefined: not given. null: given as null. */
export interface ObservationValues {
  phenomenonTime?: Span | null;
  resultTime?: number | null;
  result?: Result;
  resultQuality?: unknown;
  validTime?: readonly [number, number] | null;
  parameters?: unknown;
}

export interface ReadObservation {
  readonly values: ObservationValues;
  datastream?: Reference;
  multiDatastream?: Reference;
  feature?: Reference;
}

const SHAPE = SHAPES.Observations;

/** @throws CodedError request.body with the path of what is wrong. */
export function readObservation(body: unknown, path: string, mode: Mode): ReadObservation {
  const given = readObject(SHAPE, body, path);
  const values: ObservationValues = {};
  const out: ReadObservation = { values };
  for (const name of Object.keys(given)) {
    const value = given[name];
    switch (name) {
      case 'phenomenonTime':
        values.phenomenonTime = value === null ? null : readSpan(value, at(path, name));
        break;
      case 'resultTime':
        values.resultTime = value === null ? null : readInstant(value, at(path, name)).ms;
        break;
      case 'result':
        values.result = resultOf(value, at(path, name));
        break;
      case 'resultQuality':
        values.resultQuality = value;
        break;
      case 'validTime':
        values.validTime = value === null ? null : readInterval(value, at(path, name));
        break;
      case 'parameters':
        if (value !== null && !isJsonObject(value) && !Array.isArray(value))
          throw wrong(at(path, name), `a JSON object expected, not ${shown(value)}`);
        values.parameters = value;
        break;
      case 'Datastream':
        out.datastream = readReference(value, 'Datastreams', at(path, name));
        break;
      case 'MultiDatastream':
        out.multiDatastream = readReference(value, 'MultiDatastreams', at(path, name));
        break;
      case 'FeatureOfInterest':
        out.feature = readReference(value, 'FeaturesOfInterest', at(path, name));
        break;
      default:
        checkOther(SHAPE, name, path, mode);
    }
  }
  if (out.datastream !== undefined && out.multiDatastream !== undefined) {
    throw wrong(
      at(path, 'MultiDatastream'),
      'an Observation belongs to a Datastream or to a MultiDatastream, not to both',
    );
  }
  if (mode !== 'change' && values.result === undefined)
    throw wrong(at(path, 'result'), 'an Observation needs a result');
  return out;
}

/** The JSON type is kept: a text stays a text, also one that looks like a number. */
function resultOf(value: unknown, path: string): Result {
  const type = resultType(value);
  if (type === RESULT.text || type === RESULT.object) return { type, r: null, v: value };
  if (type === RESULT.none) return { type, r: null };
  if (Number.isFinite(Number(value))) return { type, r: Number(value) };
  throw wrong(path, 'the number is beyond what a double holds, ±1.8e308');
}

/** A MultiDatastream's result has one element for each of its ObservedProperties [STA 14, constraints]. */
export function checkMultiResult({ v }: Result, elements: number, path: string): void {
  if (Array.isArray(v) && v.length === elements) return;
  const what = Array.isArray(v) ? `${v.length}` : 'a single value';
  throw new CodedError(
    'request.body',
    `${at(path, 'result')}: an array of ${elements} results expected, one for each ObservedProperty, not ${what}`,
  );
}
