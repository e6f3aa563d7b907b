import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { type CityThing, DEFAULTS, type Hub, hubAt } from '../data/index.ts';
import type { SpMap } from '../map/index.ts';
import {
  byDomain,
  type Choice,
  choiceAmong,
  clicked,
  domainOf,
  isShown,
  readAddress,
  type Town,
  tilesOf,
  townsOf,
} from '../state/index.ts';
import { keepLanguage, LANGUAGES, type Lang, type Locale, localeOf, pickLanguage } from '../text/index.ts';
import { chips } from './chips.ts';
import { header } from './header.ts';
import type { SpLegend } from './legend.ts';
import { keepAddress } from './location.ts';
import { notice } from './notice.ts';
import type { SpPanel } from './panel.ts';
import { Session } from './session.ts';

/** Words and numbers are renewed at most so often, milliseconds; the map's signs with every frame. */
const RENEW_AFTER = 400;
/** States grow old without a message: all are looked at again after this, milliseconds. */
const LOOK_AGAIN_AFTER = 20_000;

/** The legend starts open where it leaves the map enough room. */
const LEGEND_FITS = '(min-width: 1100px)';

/**
 * `<sp-app>`: the page. In light DOM, so that `document.querySelector('sp-map')` finds the map; its style is in style.css.
 */
export class SpApp extends LitElement {
  static override properties = {
    lang: { attribute: false },
    view: { state: true },
    town: { state: true },
    choice: { state: true },
    selected: { state: true },
    now: { state: true },
    noMap: { state: true },
  };

  declare lang: Lang;
  declare private view: 'map' | 'list';
  declare private town: Town | null;
  /** Domains that are shown. */
  declare private choice: Choice;
  declare private selected: number | null;
  declare private now: number;
  declare private noMap: boolean;

  readonly #hub: Hub = hubAt(new URL('.', document.baseURI), DEFAULTS);
  readonly #session: Session;
  #locale: Locale;
  #towns: readonly Town[] = [];
  #townsOf: Session['city'] = null;
  #asked: string | null;
  #drawn = false;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #opener: HTMLElement | null = null;

  constructor() {
    super();
    const asked = readAddress(location.search);
    this.lang = pickLanguage(location.search, navigator.languages, LANGUAGES);
    this.#locale = localeOf(this.lang);
    this.view = asked.view;
    this.#asked = asked.town;
    this.town = null;
    this.choice = new Set(asked.domains);
    this.selected = null;
    this.now = Date.now();
    this.noMap = false;
    this.#session = new Session(this.#hub, {
      state: () => this.requestUpdate(),
      values: (things) => this.#values(things),
    });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#session.start();
    window.addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    window.addEventListener('keydown', this.#keys);
    this.#clock = setInterval(() => this.#values(new Set(this.#session.city?.things.keys())), LOOK_AGAIN_AFTER);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#session.stop();
    window.removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    window.removeEventListener('keydown', this.#keys);
    clearInterval(this.#clock);
    clearTimeout(this.#renewal);
  }

  readonly #hurry = () => {
    if (document.visibilityState === 'visible') this.#session.hurry();
  };

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && this.selected !== null) this.#close();
  };

  #values(things: ReadonlySet<number>): void {
    this.#map()?.changed(things);
    this.#whenReady();
    this.#renewal ??= setTimeout(() => {
      this.#renewal = undefined;
      this.now = Date.now();
    }, RENEW_AFTER);
  }

  /** Says that the map shows the values: for tests, and for kiosks that wait before they fade in. */
  #whenReady(): void {
    if (!this.#drawn || !this.#session.settled) return;
    const root = document.documentElement;
    if (root.dataset.ready === 'true' || (this.#session.city?.things.size ?? 0) === 0) return;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        root.dataset.ready = 'true';
      }),
    );
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('lang')) this.#locale = localeOf(this.lang);
    const { city } = this.#session;
    if (city === this.#townsOf || city === null) return;
    this.#townsOf = city;
    // It is deleted or withdrawn.
    if (this.selected !== null && !city.things.has(this.selected)) this.selected = null;
    this.#towns = townsOf([...city.things.values()].filter((thing) => domainOf(thing) !== null));
    const wish = this.town?.id ?? this.#asked;
    const kept = this.#towns.find((town) => town.id === wish) ?? this.#towns[0] ?? null;
    // The same town with one Thing more must not move the view.
    if (this.town !== null && kept?.id === this.town.id) Object.assign(this.town, kept);
    else this.town = kept;
  }

  protected override updated(): void {
    const name = this.#session.config?.name ?? 'Stadtpegel';
    document.documentElement.lang = this.lang;
    document.documentElement.dataset.live = this.#session.live;
    document.title = `${name} – ${this.#locale.t.title}`;
  }

  override render() {
    const { config, city } = this.#session;
    const { t } = this.#locale;
    const asList = this.view === 'list' || this.noMap;
    return html`
      ${header({
        locale: this.#locale,
        name: config?.name ?? 'Stadtpegel',
        simulation: config?.simulation ?? false,
        live: this.#session.live,
        towns: this.#towns,
        town: this.town,
        view: asList ? 'list' : 'map',
        onTown: (town) => this.#visit(town),
        onView: (view) => this.#look(view),
        onLang: (lang) => this.#speak(lang),
      })}
      ${notice(this.#session, this.#locale)}
      ${city === null || config === null ? html`<p class="loading" role="status">${this.#session.failed ? '' : t.loading}</p>` : this.#body(asList)}`;
  }

  #body(asList: boolean) {
    const { config, city, rules } = this.#session;
    const mine = this.#things();
    const domains = byDomain(mine);
    const here = domains.map(([domain]) => domain);
    const choice = choiceAmong(this.choice, here);
    const on = byDomain(city!.things.values()).flatMap(([domain]) => (isShown(choice, domain) ? domain : []));
    const tiles = tilesOf(city!, mine, this.#session.baseline, this.now, rules);
    const thing = this.selected === null ? undefined : city!.things.get(this.selected);
    return html`
      <sp-tiles .tiles=${tiles} .locale=${this.#locale} .rules=${rules} @sp-select=${this.#select}></sp-tiles>
      <main class=${thing ? 'with-panel' : ''}>
        <div class="stage">
          ${chips(this.#locale, domains, choice, (domain) => this.#choose(domain))}
          ${this.noMap ? html`<p class="notice">${this.#locale.t.noMap}</p>` : nothing}
          <div class="views">
            ${
              this.noMap
                ? nothing
                : html`<sp-map
              ?inert=${asList} class=${asList ? 'behind' : ''}
              .city=${city} .locale=${this.#locale} .rules=${rules} .towns=${this.#towns} .town=${this.town}
              .domains=${on} .baseMap=${config!.baseMap} .centre=${config!.centre} .zoom=${config!.zoom}
              .selected=${this.selected} .covered=${this.#covered}
              @sp-select=${this.#select} @sp-drawn=${this.#drew} @sp-nomap=${this.#cannot}></sp-map>`
            }
            ${
              asList
                ? html`<sp-list
              .city=${city} .locale=${this.#locale} .rules=${rules} .now=${this.now}
              .things=${[...mine, ...this.#placeless()].filter((item) => isShown(choice, domainOf(item) ?? ''))}
              @sp-select=${this.#select}></sp-list>`
                : html`<sp-legend
              .locale=${this.#locale} .domains=${here.filter((domain) => isShown(choice, domain))}
              ?open=${matchMedia(LEGEND_FITS).matches}></sp-legend>`
            }
          </div>
        </div>
        ${
          thing === undefined
            ? nothing
            : html`<sp-panel role="complementary" aria-label=${thing.name}
          .hub=${this.#hub} .city=${city} .thing=${thing} .locale=${this.#locale} .rules=${rules} .now=${this.now}
          @sp-close=${this.#close}></sp-panel>`
        }
      </main>`;
  }

  /** Things of the town in view. */
  #things(): CityThing[] {
    const { city } = this.#session;
    if (city === null) return [];
    const all = [...city.things.values()].filter((thing) => domainOf(thing) !== null);
    return this.town === null ? all : all.filter((thing) => this.town?.things.has(thing.id));
  }

  /** Things without a Location are in no town: every list has them, no map. */
  #placeless(): CityThing[] {
    const things = this.town === null ? [] : [...(this.#session.city?.things.values() ?? [])];
    return things.filter((thing) => thing.position === null && domainOf(thing) !== null);
  }

  #domains(): string[] {
    return byDomain(this.#things()).map(([domain]) => domain);
  }

  #map(): SpMap | null {
    return this.querySelector<SpMap>('sp-map');
  }

  #look(view: 'map' | 'list'): void {
    this.view = view;
    this.#closeStranger();
    this.#remember();
  }

  #visit(town: Town): void {
    if (town === this.town) this.#map()?.show(town);
    this.town = town;
    this.#closeStranger();
    this.#remember();
  }

  #speak(lang: Lang): void {
    this.lang = lang;
    keepLanguage(lang);
  }

  #remember(): void {
    const { view, choice, town } = this;
    keepAddress({ view, domains: [...choice], town: town?.id ?? this.#asked });
  }

  #choose(domain: string): void {
    this.choice = clicked(this.choice, domain, this.#domains());
    this.#remember();
  }

  readonly #drew = () => {
    this.#drawn = true;
    this.#whenReady();
  };

  readonly #cannot = () => {
    this.noMap = true;
    document.documentElement.dataset.ready = 'true';
  };

  readonly #select = async (event: CustomEvent<number | null>) => {
    const id = event.detail;
    if (id === null) {
      this.#close();
      return;
    }
    this.#opener = event.currentTarget as HTMLElement;
    this.selected = id;
    const domain = domainOf(this.#session.city!.things.get(id)!) ?? '';
    // A tile may speak of a domain that is switched off; an empty ring on the map would explain nothing.
    const here = this.#domains();
    if (here.includes(domain) && !isShown(choiceAmong(this.choice, here), domain)) this.#choose(domain);
    const fromMap = this.#opener.localName === 'sp-map';
    await this.updateComplete;
    await this.querySelector<SpPanel>('sp-panel')?.focusHead();
    if (fromMap) this.#map()?.keepInView(id);
    else this.#map()?.showThing(id);
  };

  /** A panel that speaks of another town than the rest of the page would mislead. */
  #closeStranger(): void {
    const { selected, town } = this;
    if (selected === null || town === null || town.things.has(selected)) return;
    if (this.#session.city?.things.get(selected)?.position != null) this.selected = null;
  }

  readonly #covered = () => this.querySelector<SpLegend>('sp-legend')?.covers ?? 0;

  readonly #close = () => {
    if (this.selected === null) return;
    this.selected = null;
    // Back to where the keyboard came from.
    this.#opener?.shadowRoot
      ?.querySelector<HTMLElement>('canvas, button:focus, button')
      ?.focus({ preventScroll: true });
  };
}
