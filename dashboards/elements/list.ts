import { css, html, LitElement } from 'lit';
import type { CityThing } from '../data/index.ts';
import { appearanceOf, type City, domainOf, measureOf, type Rules } from '../state/index.ts';
import { shared } from '../styles/index.ts';
import { cut, folded, type Locale } from '../text/index.ts';

/** Letters of a value that a row shows; the panel has all of them. */
const MOST_LETTERS = 80;

/** `<sp-list>`: the same as on the map, as a table with a search. Fires `sp-select` (detail: Thing id). */
export class SpList extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        overflow: auto;
        background: var(--ground);
        padding: 0.75rem;
      }
      label {
        display: block;
        max-width: 30rem;
        font-size: 0.85rem;
        color: var(--soft);
      }
      input {
        display: block;
        width: 100%;
        padding: 0.5rem 0.6rem;
        margin-top: 0.2rem;
        border: 1px solid #7b8794;
        border-radius: 6px;
        color: var(--ink);
        background: #fff;
      }
      p {
        margin: 0.5rem 0;
        font-size: 0.85rem;
        color: var(--soft);
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.92rem;
      }
      th {
        text-align: left;
        font-size: 0.8rem;
        color: var(--soft);
        font-weight: 600;
      }
      th,
      td {
        padding: 0.35rem 0.5rem;
        border-bottom: 1px solid var(--line);
        vertical-align: baseline;
        overflow-wrap: anywhere;
      }
      td.number {
        font-variant-numeric: tabular-nums;
      }
      td button {
        padding: 0.2rem 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 2px;
        text-align: left;
      }
      .dot {
        display: inline-block;
        width: 0.7em;
        height: 0.7em;
        border-radius: 50%;
        margin-right: 0.4em;
        background: var(--dot);
      }
      @media (max-width: 40rem) {
        .wide {
          display: none;
        }
      }
    `,
  ];
  static override properties = {
    city: { attribute: false },
    things: { attribute: false },
    locale: { attribute: false },
    rules: { attribute: false },
    now: { attribute: false },
    search: { state: true },
  };

  declare city: City;
  /** Things of the town and domains that are chosen. */
  declare things: readonly CityThing[];
  declare locale: Locale;
  declare rules: Rules;
  declare now: number;
  declare private search: string;

  constructor() {
    super();
    this.things = [];
    this.search = '';
  }

  override render() {
    const { t, number } = this.locale;
    const found = this.#found();
    return html`
      <label>${t.table.search}<input type="search" .value=${this.search} @input=${this.#input} /></label>
      <p role="status">
        ${found.length === 0 ? t.table.none : t.table.shown(number(Math.min(found.length, this.rules.maxRows)), number(this.things.length))}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">${t.table.name}</th>
            <th scope="col" class="wide">${t.table.domain}</th>
            <th scope="col">${t.table.value}</th>
            <th scope="col" class="wide">${t.table.time}</th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, this.rules.maxRows).map((thing) => this.#row(thing))}
        </tbody>
      </table>`;
  }

  #input(event: Event): void {
    this.search = (event.target as HTMLInputElement).value;
  }

  #found(): CityThing[] {
    const wish = folded(this.search.trim());
    const fits = ({ name, description }: CityThing) => folded(`${name} ${description}`).includes(wish);
    const collator = new Intl.Collator(this.locale.lang, { numeric: true });
    return this.things.filter((thing) => wish === '' || fits(thing)).sort((a, b) => collator.compare(a.name, b.name));
  }

  #row(thing: CityThing) {
    const { locale, now } = this;
    const measure = measureOf(thing);
    const reading = measure === null ? null : this.city.reading(measure.stream);
    const look = appearanceOf(thing, reading, now, this.rules);
    const value = measure === null ? locale.t.states.unknown : cut(locale.look(measure, look), MOST_LETTERS);
    return html`<tr>
      <td><button @click=${() => this.dispatchEvent(new CustomEvent('sp-select', { detail: thing.id }))}>${thing.name}</button></td>
      <td class="wide">${locale.domain(domainOf(thing) ?? '')}</td>
      <td class="number"><span class="dot" aria-hidden="true" .style=${`--dot:${look.colour}`}></span>${value}</td>
      <td class="wide">${reading === null ? locale.t.never : locale.ago(now - reading.t)}</td>
    </tr>`;
  }
}
