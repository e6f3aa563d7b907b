import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keepLanguage, LANGUAGES, type Lang, pickLanguage } from '../../text/index.ts';
import { Admin, type AdminError, DEFAULTS, forgetToken, keepToken, keptToken } from '../data/index.ts';
import { addressOf, findingsOf, levelOf, type Place, placeOf, SECTIONS, type Section, Watch } from '../state/index.ts';
import { type Speech, speechOf } from '../text/index.ts';

const SIGNS = { well: '', note: '', watch: '▲ ', act: '✕ ' } as const;

/** `<sp-operator>`: login, header, sections. In light DOM; its style is in operator.css. */
export class SpOperator extends LitElement {
  static override properties = {
    lang: { attribute: false },
    place: { state: true },
    admin: { state: true },
    refusal: { state: true },
    ended: { state: true },
    checking: { state: true },
  };

  declare lang: Lang;
  declare private place: Place;
  /** null: nobody is logged in. */
  declare private admin: Admin | null;
  declare private refusal: AdminError | null;
  /** The token was good, and is not any more. */
  declare private ended: boolean;
  declare private checking: boolean;
  #speech: Speech;
  #watch: Watch | null = null;

  constructor() {
    super();
    this.lang = pickLanguage(location.search, navigator.languages, LANGUAGES);
    this.#speech = speechOf(this.lang);
    this.place = placeOf(location.hash);
    this.refusal = null;
    this.ended = false;
    this.checking = false;
    this.admin = null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#move);
    window.addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    const token = keptToken(sessionStorage);
    if (token !== null) this.#enter(token);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#move);
    window.removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#watch?.stop();
  }

  readonly #move = () => {
    this.place = placeOf(location.hash);
  };

  /** Nobody looks at a hidden page, so it asks for nothing. */
  readonly #hurry = () => {
    if (document.visibilityState === 'hidden') this.#watch?.stop();
    else {
      this.#watch?.start();
      void this.#watch?.look();
    }
  };

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('lang')) this.#speech = speechOf(this.lang);
  }

  protected override updated(changes: PropertyValues): void {
    const { t } = this.#speech;
    const status = this.#watch?.watched.status ?? null;
    const isLost = this.#watch?.watched.error != null;
    const sign = isLost ? SIGNS.act : status === null ? '' : SIGNS[levelOf(findingsOf(status))];
    const root = document.documentElement;
    root.lang = this.lang;
    root.dataset.ready = String(this.admin === null || status !== null);
    document.title = `${sign}${t.sections[this.place.section]} – ${status?.hub.name ?? 'Stadtpegel'}, ${t.title}`;
    // on a phone the row of sections is longer than the screen
    if (!changes.has('place')) return;
    if (changes.get('place') !== undefined) scrollTo(0, 0);
    this.querySelector('.sections [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  override render() {
    const { t } = this.#speech;
    const { admin } = this;
    return html`<a class="skip" href="#content" @click=${this.#skip}>${t.skip}</a>
      ${this.#header()}
      ${
        admin === null
          ? html`<main tabindex="-1"><sp-login .speech=${this.#speech} .error=${this.refusal} .ended=${this.ended} .busy=${this.checking}
              @sp-login=${this.#login}></sp-login></main>`
          : html`${this.#sections()}${this.#connection()}
              <main tabindex="-1">${this.#section(admin)}${this.#fresh()}</main>`
      }`;
  }

  #header(): TemplateResult {
    const { t, lang } = this.#speech;
    const name = this.#watch?.watched.status?.hub.name ?? 'Stadtpegel';
    return html`<header class="top">
      <div class="brand">
        <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M2 22c3-3 6-3 9 0s6 3 9 0 6-3 10-1" fill="none" stroke="#6fd3e3" stroke-width="3.500" stroke-linecap="round" />
          <path d="M9 15V7m7 8V4m7 11V9" stroke="#fff" stroke-width="3.500" stroke-linecap="round" />
        </svg>
        <h1>${name} <small>${t.title}</small></h1>
      </div>
      <a href="./">${t.toMap}</a>
      <div class="switch language" role="group" aria-label=${t.language}>
        ${LANGUAGES.map(
          (id) => html`<button lang=${id} aria-pressed=${id === lang} aria-label=${id === 'de' ? 'Deutsch' : 'English'}
            @click=${() => this.#speak(id)}>${id.toUpperCase()}</button>`,
        )}
      </div>
      ${this.admin === null ? nothing : html`<button class="leave" @click=${() => this.#leave(false)}>${t.login.leave}</button>`}
    </header>`;
  }

  #sections(): TemplateResult {
    const { t, number } = this.#speech;
    const status = this.#watch?.watched.status ?? null;
    const dead = Object.values(status?.deadLetters ?? {}).reduce((sum, count) => sum + count, 0);
    const counts: Partial<Record<Section, number>> = { letters: dead, again: status?.decodeAgain.offers.length ?? 0 };
    return html`<nav class="sections" aria-label=${t.sectionsLabel}>
      ${SECTIONS.map((section) => {
        const count = counts[section] ?? 0;
        return html`<a href=${addressOf({ section })} aria-current=${section === this.place.section ? 'page' : nothing}
          >${t.sections[section]}${count === 0 ? nothing : html` <span class="count">${number(count)}</span>`}</a>`;
      })}
    </nav>`;
  }

  #connection() {
    const { t, exact } = this.#speech;
    const watched = this.#watch?.watched;
    if (watched?.error == null) return nothing;
    return html`<div class="notice lost" role="alert">
      <strong>${t.connection.lost}</strong> ${t.connection.lostHint(exact(watched.failingSince ?? Date.now()))}
      <button @click=${() => this.#watch?.look()}>${t.connection.retry}</button>
    </div>`;
  }

  #section(admin: Admin): TemplateResult {
    const speech = this.#speech;
    const status = this.#watch?.watched.status ?? null;
    const { place } = this;
    switch (place.section) {
      case 'overview':
        return html`<sp-overview .admin=${admin} .speech=${speech} .status=${status} .stale=${this.#staleSince()}></sp-overview>`;
      case 'letters':
        return place.record === null
          ? html`<sp-letters .admin=${admin} .speech=${speech} .status=${status} .place=${place} @sp-done=${this.#hurry}></sp-letters>`
          : html`<sp-letter .admin=${admin} .speech=${speech} .status=${status} .place=${place} @sp-done=${this.#hurry}></sp-letter>`;
      case 'again':
        return html`<sp-again .admin=${admin} .speech=${speech} .status=${status}></sp-again>`;
      case 'retention':
        return html`<sp-retention .admin=${admin} .speech=${speech} .status=${status}></sp-retention>`;
      case 'backups':
        return html`<sp-backups .admin=${admin} .speech=${speech} .status=${status}></sp-backups>`;
    }
  }

  /** When the state came that is shown, where the hub does not answer any more. */
  #staleSince(): number | null {
    const watched = this.#watch?.watched;
    return watched?.error == null ? null : watched.at;
  }

  #fresh() {
    const { t, exact } = this.#speech;
    const at = this.#watch?.watched.at ?? null;
    return at === null ? nothing : html`<p class="fresh">${t.connection.fresh(exact(at))}</p>`;
  }

  #speak(lang: Lang): void {
    this.lang = lang;
    keepLanguage(lang);
  }

  #skip(event: Event): void {
    // the part of the address behind `#` says which section is shown
    event.preventDefault();
    this.querySelector('main')?.focus();
  }

  async #login({ detail: token }: CustomEvent<string>): Promise<void> {
    this.checking = true;
    this.refusal = null;
    try {
      await this.#with(token).status();
      keepToken(sessionStorage, token);
      this.ended = false;
      this.#enter(token);
      await this.updateComplete;
      this.querySelector('main')?.focus();
    } catch (error) {
      this.refusal = error as AdminError;
    } finally {
      this.checking = false;
    }
  }

  #with(token: string, refused?: () => void): Admin {
    return new Admin(new URL('.', document.baseURI), token, DEFAULTS, refused);
  }

  #enter(token: string): void {
    const admin = this.#with(token, () => this.#leave(true));
    this.admin = admin;
    this.#watch?.stop();
    this.#watch = new Watch({
      ask: () => admin.status(),
      every: DEFAULTS.every,
      now: () => Date.now(),
      changed: () => this.requestUpdate(),
    });
    this.#watch.start();
  }

  #leave(ended: boolean): void {
    forgetToken(sessionStorage);
    this.#watch?.stop();
    this.#watch = null;
    this.admin = null;
    this.refusal = null;
    this.ended = ended;
  }
}
