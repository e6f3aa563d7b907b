/** `POST CreateObservations`: Observations of many Datastreams as rows of values [STA 12.2]. */
import { CodedError, type SetName } from '../../../services/model/index.ts';
import { addObservation } from './add-observation.ts';
import { shown, wrong } from './complaint.ts';
import type { FreeInstants } from './free-instants.ts';
import type { Maker } from './maker.ts';
import { type ReadObservation, readObservation } from './observation-values.ts';
import { readReference } from './reference.ts';
import { isJsonObject, type Json } from './values.ts';

/**
 * For each row in its order the @iot.id, or why there is none: a wrong row doesn't hold up the others. @throws CodedError
 * request.body where the body itself is no data array.
 */
export async function createObservations(
  maker: Maker,
  free: FreeInstants,
  body: unknown,
): Promise<(bigint | CodedError)[]> {
  if (!Array.isArray(body)) throw wrong('the body', 'an array with an object for each Datastream expected');
  const { session } = maker;
  const groups: Group[] = [];
  for (const [i, group] of body.entries()) {
    await session.breathe();
    groups.push(readGroup(group, `[${i}]`));
  }
  // wrong rows are work and have an answer too, and a Datastream without rows is looked up
  session.checkRoom(groups.reduce((sum, { rows }) => sum + Math.max(1, rows.length), 0));
  const out: (bigint | CodedError)[] = [];
  for (const group of groups) await addGroup(maker, free, group, out);
  return out;
}

/** Characters of a column's name: it stands in the message of every wrong row. */
const NAME = 100;

interface Group {
  readonly set: SetName;
  readonly link: unknown;
  readonly components: readonly string[];
  readonly rows: readonly unknown[];
  readonly path: string;
}

function readGroup(given: unknown, path: string): Group {
  if (!isJsonObject(given)) throw wrong(path, `an object expected, not ${shown(given)}`);
  const { Datastream: one, MultiDatastream: many, components, dataArray } = given;
  if ((one === undefined) === (many === undefined)) {
    throw wrong(`${path}.Datastream`, 'a link to a Datastream or a MultiDatastream expected: {"@iot.id":1}');
  }
  const named =
    Array.isArray(components) && components.length > 0 && components.every((name) => typeof name === 'string');
  const long = named && components.find((name) => name.length > NAME);
  if (long) throw wrong(`${path}.components`, `${shown(long)} is no name of a column`);
  if (!named) throw wrong(`${path}.components`, 'the names of the columns expected: ["phenomenonTime","result"]');
  if (!components.includes('result')) throw wrong(`${path}.components`, 'there is no result among them');
  if (!Array.isArray(dataArray)) throw wrong(`${path}.dataArray`, 'an array of rows expected');
  return {
    set: one === undefined ? 'MultiDatastreams' : 'Datastreams',
    link: one ?? many,
    components,
    rows: dataArray,
    path,
  };
}

async function addGroup(maker: Maker, free: FreeInstants, group: Group, out: (bigint | CodedError)[]): Promise<void> {
  const { session } = maker;
  const stream = await held(() =>
    maker.receiver(group.set, readReference(group.link, group.set, `${group.path}.Datastream`)),
  );
  if (stream instanceof CodedError) {
    for (const _ of group.rows) out.push(stream);
    return;
  }
  const read: (ReadObservation | CodedError)[] = [];
  for (const [i, row] of group.rows.entries()) {
    await session.breathe();
    read.push(
      await held(() => readObservation(bodyOf(group.components, row), `${group.path}.dataArray[${i}]`, 'create')),
    );
  }
  const times = read.flatMap((one) =>
    one instanceof CodedError || one.values.phenomenonTime == null ? [] : [one.values.phenomenonTime.start.ms],
  );
  await free.ask((session.plan.get('Datastreams', stream) ?? session.plan.get('MultiDatastreams', stream))!, times);
  for (const [i, one] of read.entries()) {
    await session.breathe();
    out.push(
      one instanceof CodedError
        ? one
        : await held(() => addRow(maker, free, stream, one, `${group.path}.dataArray[${i}]`)),
    );
  }
}

async function addRow(
  maker: Maker,
  free: FreeInstants,
  stream: number,
  read: ReadObservation,
  path: string,
): Promise<bigint> {
  if (read.datastream !== undefined || read.multiDatastream !== undefined)
    throw wrong(path, 'its Datastream stands above the rows already');
  const feature = read.feature === undefined ? null : await maker.resolve('FeaturesOfInterest', read.feature);
  return await addObservation(maker.session, free, stream, { values: read.values, feature, path });
}

/** `FeatureOfInterest/id` is a link; the others are properties of an Observation. */
function bodyOf(components: readonly string[], row: unknown): Json {
  if (!Array.isArray(row)) throw wrong('the row', `an array expected, not ${shown(row)}`);
  if (row.length !== components.length)
    throw wrong('the row', `${components.length} values expected, not ${row.length}`);
  const body: Record<string, unknown> = {};
  for (const [i, name] of components.entries()) {
    if (/^FeatureOfInterest\/(@iot\.)?id$/.test(name)) body.FeatureOfInterest = { '@iot.id': row[i] };
    else body[name === '__proto__' ? '"__proto__"' : name] = row[i];
  }
  return body;
}

/** What is wrong with one row stays with it; a limit of the whole change does not. */
async function held<T>(work: () => T | Promise<T>): Promise<T | CodedError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'request.body') return error;
    throw error;
  }
}
