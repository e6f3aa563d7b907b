import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { quantityOf } from '../../services/model/index.ts';
import type { CityStream, CityThing, History, Hub } from '../data/index.ts';
import {
  type Appearance,
  appearanceOf,
  type City,
  changedAt,
  domainOf,
  heldSince,
  type Measure,
  measureOf,
  type Reading,
  type Rules,
  seriesOf,
  spanOf,
} from '../state/index.ts';
import { shared } from '../styles/index.ts';
import type { Locale } from '../text/index.ts';
import { panelStyles } from './panel.styles.ts';

const HOUR = 3_600_000;
/** What a chart can show. */
type Hours = 24 | 168 | 720 | 8760;

/** `<sp-panel>`: one Thing with all its Datastreams and the history of one. Fires `sp-close`. */
export class SpPanel extends LitElement {
  static override styles = [shared, panelStyles];
  static override properties = {
    hub: { attribute: false },
    city: { attribute: false },
    thing: { attribute: false },
    locale: { attribute: false },
    rules: { attribute: false },
    now: { attribute: false },
    stream: { state: true },
    hours: { state: true },
    history: { state: true },
    failed: { state: true },
  };

  declare hub: Hub;
  declare city: City;
  declare thing: CityThing;
  declare locale: Locale;
  declare rules: Rules;
  declare now: number;
  /** The Datastream in the chart. */
  declare private stream: CityStream | null;
  declare private hours: Hours;
  /** null: loading. */
  declare private history: History | null;
  declare private failed: boolean;

  #from = 0;
  /** What of the history is loaded. */
  #loaded: string | null = null;
  #loading: AbortController | null = null;

  constructor() {
    super();
    this.stream = null;
    this.hours = 24;
    this.history = null;
    this.failed = false;
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    const other = changes.has('thing') && changes.get('thing')?.id !== this.thing.id;
    if (other) this.stream = measureOf(this.thing)?.stream ?? null;
    else if (changes.has('thing')) {
      // It was loaded again: the same Datastream, if it is still there.
      const known = this.stream;
      const same = this.thing.streams.find((stream) => isSame(known, stream));
      this.stream = same ?? measureOf(this.thing)?.stream ?? null;
    }
    const { stream } = this;
    const wanted = stream && `${stream.id} ${stream.element} ${this.hours} ${this.city.corrections(stream)}`;
    if (other || wanted !== this.#loaded) {
      this.#loaded = wanted;
      void this.#load();
    }
    this.#append();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#loading?.abort();
  }

  /** Puts the keyboard's focus to the beginning of the panel. */
  async focusHead(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  async #load(): Promise<void> {
    this.#loading?.abort();
    const { stream } = this;
    this.history = null;
    this.failed = false;
    if (stream === null) return;
    const loading = new AbortController();
    this.#loading = loading;
    this.#from = Date.now() - this.hours * HOUR;
    try {
      // elements of a MultiDatastream have no means
      const span = stream.element === null ? spanOf(this.hours, isBoolean(stream)) : null;
      const { signal } = loading;
      const history = await (span === null
        ? this.hub.history(stream, this.#from, signal)
        : this.hub.means(stream, this.#from, span, signal));
      if (!loading.signal.aborted) this.history = history;
    } catch {
      if (!loading.signal.aborted) this.failed = true;
    }
  }

  /** The newest value belongs to the chart as soon as it is there. */
  #append(): void {
    const { history, stream } = this;
    const reading = stream === null ? null : this.city.reading(stream);
    if (history === null || reading === null || history.cut || history.means !== undefined) return;
    if (reading.t <= (history.times.at(-1) ?? this.#from)) return;
    this.history = { times: [...history.times, reading.t], results: [...history.results, reading.result], cut: false };
  }

  override render() {
    const { thing, locale, rules, now } = this;
    const { t } = locale;
    const measure = measureOf(thing);
    const reading = measure === null ? null : this.city.reading(measure.stream);
    const look = appearanceOf(thing, reading, now, rules);
    const kind = [locale.domain(domainOf(thing) ?? ''), ...this.#special(thing)].join(' · ');
    return html`
      <header>
        <div>
          <h2 tabindex="-1">${thing.name}</h2>
          <p class="kind">${kind}</p>
        </div>
        <button class="close" aria-label=${t.close} @click=${() => this.dispatchEvent(new CustomEvent('sp-close'))}>×</button>
      </header>
      ${measure === null ? nothing : this.#head(measure, reading, look)}
      <h3>${t.values}</h3>
      <ul>
        ${thing.streams.map((stream) => html`<li>${this.#row(stream)}</li>`)}
      </ul>
      ${this.stream === null ? nothing : this.#chart(this.stream)}`;
  }

  #special({ properties }: CityThing): string[] {
    const { bay } = this.locale.t;
    const known = typeof properties.bayKind === 'string' && Object.hasOwn(bay, properties.bayKind);
    return known ? [bay[properties.bayKind as keyof typeof bay]] : [];
  }

  #head(measure: Measure, reading: Reading | null, look: Appearance) {
    const { stream } = measure;
    const { t } = this.locale;
    const unknown = look.state === 'unknown';
    const silent = reading !== null && this.now - reading.t > this.rules.unknownAfter;
    const word = this.locale.look(measure, look);
    return html`
      <p class="state" .style=${`--state:${look.colour}`}>
        <strong>${word}</strong>
        ${look.value !== null && look.state !== 'value' ? html`<span>${t.states[look.state]}</span>` : nothing}
      </p>
      ${unknown && reading !== null ? html`<p class="note">${silent ? t.silent(Math.round(this.rules.unknownAfter / HOUR)) : t.strange}</p>` : nothing}
      <p class="when">${this.#when(stream, reading)}</p>`;
  }

  /** "changed … · confirmed …" for states, "measured …" for numbers. */
  #when(stream: CityStream, reading: Reading | null): string {
    const { t, ago } = this.locale;
    if (reading === null) return t.never;
    const seen = ago(this.now - reading.t);
    if (typeof reading.result === 'number') return t.measured(seen);
    if (typeof reading.result !== 'boolean') return t.reported(seen);
    const shown = isSame(this.stream, stream) && this.history?.means === undefined ? this.history : null;
    const since = reading.changedAt ?? (shown === null ? null : changedAt(shown));
    if (since !== null) return `${t.changed(ago(this.now - since))} · ${t.confirmed(seen)}`;
    const held = shown === null || shown.cut ? null : heldSince(shown);
    // One message alone says nothing about how long it has been so.
    return held === null ? t.reported(seen) : `${t.unchanged(this.locale.time(held))} · ${t.confirmed(seen)}`;
  }

  #row(stream: CityStream) {
    const { locale } = this;
    const reading = this.city.reading(stream);
    return html`<button aria-pressed=${isSame(this.stream, stream)} @click=${() => {
      this.stream = stream;
    }}>
      <span>${locale.quantity(stream)}</span>
      <span class="value">${reading === null ? '–' : locale.value(stream, reading.result)}</span>
      <span class="when">${this.#when(stream, reading)}</span>
    </button>`;
  }

  #chart(stream: CityStream) {
    const { t } = this.locale;
    const range = (hours: Hours, text: string) =>
      html`<button aria-pressed=${this.hours === hours} @click=${() => {
        this.hours = hours;
      }}>${text}</button>`;
    return html`
      <div class="chart-head">
        <h3>${t.chart}</h3>
        <div class="range" role="group" aria-label=${t.chart}>${range(24, t.day)}${range(168, t.week)}${range(720, t.month)}${range(8760, t.year)}</div>
      </div>
      <div class="box">${this.#plot(stream)}</div>
      <a href=${this.hub.address(stream)} target="_blank" rel="noopener">${t.openData}</a>`;
  }

  #plot(stream: CityStream) {
    const { t } = this.locale;
    if (this.failed) {
      return html`<p role="alert">${t.chartFailed} <button @click=${() => this.#load()}>${t.retry}</button></p>`;
    }
    if (this.history === null) return html`<p role="status">${t.chartLoading}</p>`;
    const series = seriesOf(this.history, this.now, this.rules.unknownAfter);
    if (series.times.length === 0) return html`<p>${this.history.times.length > 0 ? t.chartText : t.chartEmpty}</p>`;
    const share = isBoolean(stream);
    const { means } = series;
    return html`${means === null ? nothing : html`<p class="note means">${share ? t.share : `${t.means[means.span]}, ${t.band}`}</p>`}<sp-chart .series=${series} .stream=${stream} .locale=${this.locale} .from=${this.#from} .colour=${'#0b6377'} .share=${share && means !== null}></sp-chart>
      ${this.history.cut ? html`<p class="note">${t.chartCut}</p>` : nothing}`;
  }
}

function isBoolean({ quantity }: CityStream): boolean {
  return quantity !== null && quantityOf(quantity)?.kind === 'boolean';
}

function isSame(a: CityStream | null, b: CityStream): boolean {
  return a !== null && a.id === b.id && a.element === b.element;
}
