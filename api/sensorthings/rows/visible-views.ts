/** Views of the catalogue by class of readers: made once each, and kept up with the changes of the catalogue. */
import type { Reader } from '../../../services/access/index.ts';
import type { CatalogueReader, ChangeFeed, ChangeNews } from '../../../services/registry/index.ts';
import { VisibleCatalogue } from './visible-catalogue.ts';

export interface ViewsPorts {
  readonly catalogue: CatalogueReader;
  /** Left out: all views are made anew after each change. */
  readonly changes?: Pick<ChangeFeed, 'onApplied'> | undefined;
  /** So many are remembered. */
  readonly limit: number;
}

export class VisibleViews {
  readonly #catalogue: CatalogueReader;
  readonly #limit: number;
  readonly #views = new Map<string, VisibleCatalogue>();
  /** The views are of this revision. */
  #revision = Number.NaN;

  constructor({ catalogue, changes, limit }: ViewsPorts) {
    this.#catalogue = catalogue;
    this.#limit = limit;
    changes?.onApplied((news) => this.#follow(news));
  }

  of(reader: Reader): VisibleCatalogue {
    if (this.#catalogue.revision !== this.#revision) {
      this.#views.clear();
      this.#revision = this.#catalogue.revision;
    }
    const key = reader.kind === 'admin' ? '*' : reader.organisations.toSorted().join(' ');
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = new VisibleCatalogue(this.#catalogue, reader);
    const oldest = this.#views.keys().next();
    if (this.#views.size >= this.#limit && !oldest.done) this.#views.delete(oldest.value);
    this.#views.set(key, view);
    return view;
  }

  #follow(news: ChangeNews): void {
    const changes = news.puts.length + news.removed.length > 0 ? 1 : 0;
    // one that was missed makes the views worthless: they are made anew when somebody asks
    if (this.#catalogue.revision !== this.#revision + changes) return;
    this.#revision = this.#catalogue.revision;
    for (const view of this.#views.values()) view.follow(news);
  }
}
