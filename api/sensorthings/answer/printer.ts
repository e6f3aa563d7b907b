/** Entities with what is expanded in them ▸ JSON text. One Printer for each query and each query inside its $expand. */
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode, ResultSet } from '../rows/index.ts';
import type { Entity } from '../schema/index.ts';
import { CatalogueText } from './catalogue-text.ts';
import type { EntityText } from './entity-text.ts';
import { inQuotes } from './json-text.ts';
import type { Links } from './links.ts';
import { ObservationText } from './observation-text.ts';
import { TimeText } from './time-text.ts';

interface Child {
  readonly name: string;
  readonly printer: Printer;
}

export class Printer {
  readonly #query: Query;
  readonly #links: Links;
  readonly #own: EntityText;
  readonly #children: readonly Child[];
  /** What follows the address in a nextLink, by the number of entities that it passes over: mostly one for all. */
  readonly #tails = new Map<number, string>();

  constructor(query: Query, context: RequestContext, links: Links, times = new TimeText()) {
    this.#query = query;
    this.#links = links;
    this.#own =
      query.set.name === 'Observations'
        ? new ObservationText(query, context, links, times)
        : new CatalogueText(query, context, links, times);
    this.#children = query.expand.map((e) => ({ name: e.name, printer: new Printer(e.query, context, links, times) }));
  }

  print(node: ResultNode): string {
    let out = this.#own.members(node.entity);
    for (let i = 0; i < this.#children.length; i++) {
      const child = node.expanded[i];
      if (child === null || child === undefined) continue;
      const { name, printer } = this.#children[i]!;
      out +=
        'entity' in child
          ? `,"${name}":${printer.print(child)}`
          : printer.#printSet(name, child, `${this.#own.address(node.entity)}/${name}`);
    }
    if (this.#own.leads) return `${out}}`;
    return out === '' ? '{}' : `{${out.slice(1)}}`;
  }

  #printSet(name: string, { nodes, total, more }: ResultSet, address: string): string {
    let out = total === null ? '' : `,"${name}@iot.count":${total}`;
    out += `,"${name}":[`;
    for (let i = 0; i < nodes.length; i++) out += i === 0 ? this.print(nodes[i]!) : `,${this.print(nodes[i]!)}`;
    return `${out}]${more ? `,"${name}@iot.nextLink":"${address}${this.#tail(nodes.length)}"` : ''}`;
  }

  /** [STA 9.3.3.7] */
  #tail(printed: number): string {
    let tail = this.#tails.get(printed);
    if (tail === undefined) {
      const { source, top, skip } = this.#query;
      tail = inQuotes(this.#links.nextOf('', source, top, skip + printed));
      this.#tails.set(printed, tail);
    }
    return tail;
  }

  /** The address alone, for `$ref` [STA 9.2.7]. */
  printRef(entity: Entity): string {
    return `{"@iot.selfLink":"${this.#own.address(entity)}"}`;
  }
}
