import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { CODES } from '../../../services/model/index.ts';
import type { LetterFilter, LetterPage } from '../data/index.ts';
import { addressOf, type Place } from '../state/index.ts';
import { inputOfIso, isoOfInput } from '../text/index.ts';
import { fieldsOf, problem } from './parts.ts';
import { SpSection } from './section.ts';

/** `<sp-letters>`: dead letters by cause and device, and one after another. */
export class SpLetters extends SpSection {
  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      .counts a {
        display: flex;
        justify-content: space-between;
        gap: 0.8rem;
        padding: 0.25rem 0.4rem;
        border-radius: 6px;
        color: inherit;
        text-decoration: none;
      }
      .counts a:hover {
        background: #f1f5f7;
      }
      .counts a[aria-current] {
        background: var(--note-ground);
        font-weight: 650;
      }
      .counts b {
        color: var(--accent);
        font-variant-numeric: tabular-nums;
      }
      .list a {
        display: grid;
        grid-template-columns: 11rem minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.1rem 1rem;
        padding: 0.6rem 0.7rem;
        border-bottom: 1px solid var(--line);
        background: var(--ground);
        color: inherit;
        text-decoration: none;
        overflow-wrap: anywhere;
      }
      .list a:hover {
        background: #f5f8fa;
      }
      .list strong {
        color: var(--accent);
        font-weight: 600;
      }
      .list small {
        grid-column: 2 / -1;
        color: var(--soft);
      }
      @media (max-width: 40rem) {
        .list a {
          grid-template-columns: minmax(0, 1fr);
        }
        .list small {
          grid-column: 1;
        }
      }
    `,
  ];
  static override properties = {
    ...SpSection.properties,
    place: { attribute: false },
    page: { state: true },
    older: { state: true },
  };

  declare place: Place;
  declare private page: LetterPage | null;
  /** Where the page that is shown begins; null: at the newest. */
  declare private older: string | null;
  #counted = -1;

  constructor() {
    super();
    this.page = null;
    this.older = null;
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    const before = changes.get('place');
    if (before !== undefined && addressOf(before) !== addressOf(this.place)) {
      this.older = null;
      void this.refresh();
    } else if (changes.has('status') && this.page !== null && this.older === null && this.#counted !== this.#total())
      void this.refresh();
  }

  protected override async load(): Promise<boolean> {
    this.#counted = this.#total();
    const { place, older } = this;
    const page = await this.admin.letters(place.filter, older);
    // somebody has chosen something else meanwhile
    if (addressOf(place) === addressOf(this.place) && older === this.older) this.page = page;
    return false;
  }

  override render() {
    const { speech, page } = this;
    const { t } = speech;
    return html`<h2 tabindex="-1">${t.sections.letters}</h2>
      <p class="soft">${t.letters.intro}</p>
      ${problem(this.missing, speech)}
      ${page === null ? html`<p role="status">${t.loading}</p>` : this.#page(page)}`;
  }

  #total(): number {
    return Object.values(this.status?.deadLetters ?? {}).reduce((sum, count) => sum + count, 0);
  }

  #page(page: LetterPage): TemplateResult {
    const { t } = this.speech;
    const { filter } = this.place;
    const isChosen = Object.keys(filter).length > 0;
    if (Object.keys(page.counts).length === 0 && !isChosen)
      return html`<div class="notice well"><p>${t.letters.none}</p></div>`;
    return html`<div class="cards">${this.#counts(page)}${this.#devices(page)}</div>
      ${this.#filter(filter, isChosen)}
      ${page.deadLetters.length === 0 ? nothing : this.#actions(filter, isChosen)}
      ${this.#list(page, isChosen)}`;
  }

  #counts({ counts }: LetterPage): TemplateResult {
    const { t, code } = this.speech;
    const all = Object.entries(counts).sort((a, b) => b[1] - a[1]);
    return html`<section class="card counts">
      <h3>${t.letters.byCode}</h3>
      <ul class="plain">
        ${all.map(([name, count]) => this.#count('code', name, code(name as keyof typeof counts).title, count))}
      </ul>
    </section>`;
  }

  #devices({ devices }: LetterPage): TemplateResult {
    const { t } = this.speech;
    return html`<section class="card counts">
      <h3>${t.letters.byDevice}</h3>
      <ul class="plain">
        ${devices
          .slice(0, 8)
          .map(({ device, count }) =>
            device === ''
              ? html`<li><a><span>${t.letters.noDevice}</span><b>${this.speech.number(count)}</b></a></li>`
              : this.#count('device', device, device, count),
          )}
      </ul>
    </section>`;
  }

  #count(field: 'code' | 'device', value: string, words: string, count: number): TemplateResult {
    const { filter } = this.place;
    const isOn = filter[field] === value;
    const { [field]: _, ...others } = filter;
    const address = addressOf({ section: 'letters', filter: isOn ? others : { ...filter, [field]: value } });
    return html`<li><a href=${address} aria-current=${isOn ? 'true' : nothing}><span>${words}</span><b>${this.speech.number(count)}</b></a></li>`;
  }

  #filter(filter: LetterFilter, isChosen: boolean): TemplateResult {
    const { t, code } = this.speech;
    const { letters } = t;
    return html`<details ?open=${isChosen}>
      <summary>${letters.filter}</summary>
      <form @submit=${this.#choose}>
        <label>${letters.code}
          <select name="code">
            <option value="">${letters.allCodes}</option>
            ${(Object.keys(CODES) as (keyof typeof CODES)[])
              .filter((name) => name === filter.code || name in (this.page?.counts ?? {}))
              .map(
                (name) => html`<option value=${name} ?selected=${name === filter.code}>${code(name).title}</option>`,
              )}
          </select></label>
        <label>${letters.device}<input name="device" .value=${filter.device ?? ''} spellcheck="false" /></label>
        <label>${letters.source}<input name="source" .value=${filter.source ?? ''} spellcheck="false" /></label>
        <label>${letters.received} ${t.from}<input name="from" type="datetime-local" .value=${inputOfIso(filter.from)} /></label>
        <label>${letters.received} ${t.to}<input name="to" type="datetime-local" .value=${inputOfIso(filter.to)} /></label>
        <div class="row">
          <button class="main">${letters.apply}</button>
          ${isChosen ? html`<a href=${addressOf({ section: 'letters' })}>${letters.clear}</a>` : nothing}
        </div>
      </form>
    </details>`;
  }

  #actions(filter: LetterFilter, isChosen: boolean): TemplateResult {
    return html`<sp-letter-actions .admin=${this.admin} .speech=${this.speech} .kind=${isChosen ? 'chosen' : 'all'}
      .choice=${isChosen ? filter : { all: true }} @sp-done=${() => this.refresh()}></sp-letter-actions>`;
  }

  #list({ deadLetters, nextLink }: LetterPage, isChosen: boolean): TemplateResult {
    const { t, exact, code } = this.speech;
    const before = nextLink === null ? null : new URL(nextLink, location.href).searchParams.get('before');
    return html`
      ${
        deadLetters.length === 0
          ? html`<p role="status">${nextLink === null && isChosen ? t.letters.noneChosen : t.letters.emptyPage}</p>`
          : html`<ul class="plain list" aria-label=${t.letters.list}>
              ${deadLetters.map(
                (
                  letter,
                ) => html`<li><a href=${addressOf({ section: 'letters', record: String(letter.record), filter: this.place.filter })}>
                  <span>${exact(letter.at)}</span><strong>${code(letter.code).title}</strong>
                  <span>${letter.device ?? t.letters.noDevice}</span><small>${letter.detail}</small></a></li>`,
              )}
            </ul>`
      }
      <div class="row">
        ${this.older === null ? nothing : html`<button @click=${() => this.#turn(null)}>${t.letters.newest}</button>`}
        ${before === null ? nothing : html`<button @click=${() => this.#turn(before)}>${t.more}</button>`}
      </div>`;
  }

  async #turn(before: string | null): Promise<void> {
    this.older = before;
    await this.refresh();
    await this.focusOn('h2');
  }

  #choose(event: SubmitEvent): void {
    const { from, to, ...others } = fieldsOf(event);
    const times = { from: isoOfInput(from ?? '') ?? undefined, to: isoOfInput(to ?? '') ?? undefined };
    const filter = Object.fromEntries(
      Object.entries({ ...others, ...times }).filter(([, value]) => value !== undefined),
    );
    location.hash = addressOf({ section: 'letters', filter });
  }
}
