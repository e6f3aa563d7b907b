/** Observations ▸ JSON text. Most are plain readings asked for as they are: these are printed without a look at the schema. */
import type { Query } from '../plan/index.ts';
import type { RequestContext } from '../rows/index.ts';
import type { Entity, Observation, PropertyDef, RelationDef } from '../schema/index.ts';
import type { EntityText } from './entity-text.ts';
import { inQuotes, jsonText } from './json-text.ts';
import type { Links } from './links.ts';
import type { TimeText } from './time-text.ts';

export class ObservationText implements EntityText {
  readonly #context: RequestContext;
  readonly #times: TimeText;
  readonly #address: string;
  readonly leads: boolean;
  readonly #selected: boolean;
  readonly #properties: readonly (readonly [key: string, property: PropertyDef])[];
  readonly #relations: readonly (readonly [name: string, relation: RelationDef])[];
  /** Which links a plain reading has; null: it is not asked for as it is. */
  readonly #plainLinks: { readonly datastream: boolean; readonly feature: boolean } | null;

  constructor(query: Query, context: RequestContext, links: Links, times: TimeText) {
    const { set, select, expand } = query;
    this.#context = context;
    this.#times = times;
    this.#address = inQuotes(`${links.root}/${set.name}(`);
    const asked = ([name]: readonly [string, unknown]) => select === null || select.has(name);
    this.leads = asked(['@iot.selfLink', null]);
    this.#selected = select !== null;
    this.#properties = [...set.properties].filter(asked).map(([name, p]) => [`,${JSON.stringify(name)}:`, p]);
    this.#relations = [...set.relations].filter(asked).filter(([name]) => !expand.some((e) => e.name === name));
    const isLinked = (relation: string) => this.#relations.some(([name]) => name === relation);
    this.#plainLinks =
      select === null ? { datastream: isLinked('Datastream'), feature: isLinked('FeatureOfInterest') } : null;
  }

  address(entity: Entity): string {
    return `${this.#address}${(entity as Observation).idText})`;
  }

  members(entity: Entity): string {
    const row = entity as Observation;
    if (this.#plainLinks === null || !row.isPlain) return this.#anyMembers(row);
    const id = row.idText;
    const self = `${this.#address}${id})`;
    const time = this.#times.instant(row.t);
    let out = `{"@iot.selfLink":"${self}","@iot.id":${id},"phenomenonTime":"${time}","resultTime":"${time}","result":${row.result}`;
    if (this.#plainLinks.datastream) out += `,"Datastream@iot.navigationLink":"${self}/Datastream"`;
    if (this.#plainLinks.feature) out += `,"FeatureOfInterest@iot.navigationLink":"${self}/FeatureOfInterest"`;
    return out;
  }

  #anyMembers(row: Observation): string {
    const { env } = this.#context;
    const self = `${this.#address}${row.idText})`;
    let out = this.leads ? `{"@iot.selfLink":"${self}"` : '';
    for (const [key, property] of this.#properties) {
      const value = property.get(row, env) ?? null;
      if (value !== null || property.printsNull || this.#selected) out += key + jsonText(value, this.#times);
    }
    for (const [name, relation] of this.#relations) {
      if (relation.linked(row, env)) out += `,"${name}@iot.navigationLink":"${self}/${name}"`;
    }
    return out;
  }
}
