/** An entity as the JSON that a JSON Patch is applied to: what may be written, links to other entities among it. */
import { type EntitySets, isoTime, RESULT, type SetName } from '../../../services/model/index.ts';
import { printedFeatureProperties } from '../schema/index.ts';
import { keptIds, keptIdsOfRow } from './relations.ts';
import type { Session } from './session.ts';
import { SHAPES } from './shapes.ts';
import type { StoredRow } from './stored-row.ts';
import type { Json } from './values.ts';

const link = (id: number) => ({ '@iot.id': id });

export function documentOf(session: Session, set: SetName, id: number): Json {
  const entity = session.plan.get(set, id)!;
  const out: Record<string, unknown> = {};
  const { properties, relations } = SHAPES[set];
  for (const name of Object.keys(properties)) out[name] = (entity as unknown as Json)[name];
  if ('time' in entity) out.time = isoTime(entity.time);
  if ('visibility' in entity) {
    const { organisation, visibility, domain } = entity;
    out.properties = { ...entity.properties, ...(domain === '' ? {} : { domain }), organisation, visibility };
  } else if (set === 'Things' && 'organisation' in entity) {
    out.properties = { ...entity.properties, organisation: entity.organisation };
  }
  if (set === 'FeaturesOfInterest')
    out.properties = printedFeatureProperties(entity as EntitySets['FeaturesOfInterest']);
  for (const [name, { many }] of Object.entries(relations)) {
    const ids = keptIds(set, entity as never, name);
    if (many && ids.length > 0) out[name] = ids.map(link);
    else if (!many && ids[0] !== undefined) out[name] = link(ids[0]);
  }
  return out;
}

export function documentOfRow(session: Session, row: StoredRow): Json {
  const { t, type, r } = row;
  const x = row.x ?? {};
  const time = isoTime(t, x.us);
  const resultTime = x.rt === undefined ? t : x.rt;
  const out: Record<string, unknown> = {
    phenomenonTime: x.e === undefined ? time : `${time}/${isoTime(x.e)}`,
    resultTime: resultTime === null ? null : isoTime(resultTime),
    result: type === RESULT.number ? r : type === RESULT.boolean ? r !== 0 : (x.v ?? null),
  };
  if (x.vt !== undefined) out.validTime = x.vt.map((ms) => isoTime(ms)).join('/');
  if (x.p !== undefined) out.parameters = x.p;
  if (x.rq !== undefined) out.resultQuality = x.rq;
  for (const name of ['Datastream', 'MultiDatastream', 'FeatureOfInterest']) {
    const [id] = keptIdsOfRow(session, row, name);
    if (id !== undefined) out[name] = link(id);
  }
  return out;
}
