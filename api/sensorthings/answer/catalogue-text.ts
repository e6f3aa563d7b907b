/**
 * Entities of the catalogue ▸ JSON text [STA 8.1, 9.3.2]. What depends on the entity alone is printed once and kept
 * (`rows/text-cache.ts`): its text in pieces, with gaps for the properties that vary.
 */
import type { Query } from '../plan/index.ts';
import type { FormTexts, RequestContext } from '../rows/index.ts';
import type { Entity, PropertyDef } from '../schema/index.ts';
import type { EntityText } from './entity-text.ts';
import { inQuotes, jsonText } from './json-text.ts';
import type { Links } from './links.ts';
import type { TimeText } from './time-text.ts';

interface Varying {
  readonly key: string;
  readonly property: PropertyDef;
}

export class CatalogueText implements EntityText {
  readonly #query: Query;
  readonly #context: RequestContext;
  readonly #times: TimeText;
  /** Of the entity's address, up to the id. */
  readonly #address: string;
  readonly #varying: readonly Varying[];
  readonly #texts: FormTexts;
  readonly #geometries: FormTexts;
  readonly #make: (entity: Entity) => readonly string[];
  readonly leads: boolean;

  constructor(query: Query, context: RequestContext, links: Links, times: TimeText) {
    const { set, select, expand } = query;
    this.#query = query;
    this.leads = select === null || select.has('@iot.selfLink');
    this.#context = context;
    this.#times = times;
    this.#address = inQuotes(`${links.root}/${set.name}(`);
    this.#varying = [...set.properties]
      .filter(([name, p]) => p.varies && (select === null || select.has(name)))
      .map(([name, property]) => ({ key: `,${JSON.stringify(name)}:`, property }));
    const form = [set.name, context.env.insider, select && [...select], expand.map((e) => e.name), links.root];
    this.#texts = context.caches.texts.of(JSON.stringify(form));
    this.#geometries = context.caches.texts.of(`geometries of ${set.name}`);
    this.#make = (entity) => this.#print(entity);
  }

  address(entity: Entity): string {
    return `${this.#address}${entity.id})`;
  }

  members(entity: Entity): string {
    const pieces = this.#texts.pieces(entity.id as number, entity, this.#make);
    let out = pieces[0]!;
    for (let i = 0; i < this.#varying.length; i++) out += this.#value(this.#varying[i]!, entity) + pieces[i + 1]!;
    return out;
  }

  #value({ key, property }: Varying, entity: Entity): string {
    const value = property.get(entity, this.#context.env) ?? null;
    if (value === null) return property.printsNull || this.#query.select !== null ? `${key}null` : '';
    // the geometry of a place is one object for all who ask for it
    if (property.type === 'geometry')
      return key + this.#geometries.pieces(entity.id as number, value as object, stringified)[0]!;
    return key + jsonText(value, this.#times);
  }

  #print(entity: Entity): readonly string[] {
    const { set, select, expand } = this.#query;
    const pieces: string[] = [];
    const asked = (name: string) => select === null || select.has(name);
    const self = this.address(entity);
    // gathered and joined, a piece is one flat text: it is copied often
    let parts = this.leads ? [`{"@iot.selfLink":"${self}"`] : [];
    for (const [name, property] of set.properties) {
      if (!asked(name)) continue;
      if (property.varies) {
        pieces.push(parts.join(''));
        parts = [];
      } else parts.push(this.#value({ key: `,${JSON.stringify(name)}:`, property }, entity));
    }
    for (const [name, relation] of set.relations) {
      if (!asked(name) || expand.some((e) => e.name === name) || !relation.linked(entity, this.#context.env)) continue;
      parts.push(`,"${name}@iot.navigationLink":"${self}/${name}"`);
    }
    pieces.push(parts.join(''));
    return pieces;
  }
}

function stringified(value: object): readonly string[] {
  return [JSON.stringify(value)];
}
