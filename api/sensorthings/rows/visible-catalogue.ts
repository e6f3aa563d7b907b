/** The catalogue as one class of readers sees it; what they see is decided in `sight.ts`. */
import type { Reader } from '../../../services/access/index.ts';
import type { EntityId, EntitySets, SetName } from '../../../services/model/index.ts';
import type { CatalogueReader, ChangeNews } from '../../../services/registry/index.ts';
import { Sight } from './sight.ts';
import { VisibleSet } from './visible-set.ts';

export class VisibleCatalogue {
  readonly #catalogue: CatalogueReader;
  /** null: this reader sees everything. */
  readonly #sight: Sight | null;
  readonly #sets = new Map<SetName, ReadonlyMap<EntityId, unknown>>();

  constructor(catalogue: CatalogueReader, reader: Reader) {
    this.#catalogue = catalogue;
    this.#sight = reader.kind === 'admin' ? null : new Sight(catalogue, reader);
  }

  get indexes(): CatalogueReader['indexes'] {
    return this.#catalogue.indexes;
  }

  /** Rises with every change of the catalogue. */
  get revision(): number {
    return this.#catalogue.revision;
  }

  /** No Datastream is hidden, at this moment. */
  get complete(): boolean {
    const { shown } = this.#sight ?? {};
    if (shown === undefined) return true;
    return (['Datastreams', 'MultiDatastreams'] as const).every(
      (set) => shown[set].count === this.#catalogue.set(set).size,
    );
  }

  /** In ascending order of ids. It follows the catalogue while somebody reads it. */
  set<N extends SetName>(name: N): ReadonlyMap<EntityId, EntitySets[N]> {
    if (this.#sight === null) return this.#catalogue.set(name);
    let set = this.#sets.get(name) as ReadonlyMap<EntityId, EntitySets[N]> | undefined;
    if (set === undefined) {
      set = new VisibleSet(() => this.#catalogue.set(name), this.#sight.shown[name]);
      this.#sets.set(name, set);
    }
    return set;
  }

  follow(news: ChangeNews): void {
    this.#sight?.follow(news);
  }
}
