import { html, nothing, type TemplateResult } from 'lit';
import type { LiveState } from '../data/index.ts';
import type { Town } from '../state/index.ts';
import { LANGUAGES, type Lang, type Locale } from '../text/index.ts';

export interface HeaderState {
  readonly locale: Locale;
  readonly name: string;
  readonly simulation: boolean;
  readonly live: LiveState;
  readonly towns: readonly Town[];
  readonly town: Town | null;
  readonly view: 'map' | 'list';
  readonly onTown: (town: Town) => void;
  readonly onView: (view: 'map' | 'list') => void;
  readonly onLang: (lang: Lang) => void;
}

/** From here on towns are chosen from a list; up to it there is a button for each. */
const MANY_TOWNS = 4;

/** Name of the hub, the simulation badge, town, view, connection, language. */
export function header(state: HeaderState): TemplateResult {
  const { t, lang } = state.locale;
  return html`<header class="top">
    <div class="brand">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M2 22c3-3 6-3 9 0s6 3 9 0 6-3 10-1" fill="none" stroke="#6fd3e3" stroke-width="3.500" stroke-linecap="round" />
        <path d="M9 15V7m7 8V4m7 11V9" stroke="#fff" stroke-width="3.500" stroke-linecap="round" />
      </svg>
      <h1>${state.name}</h1>
      ${state.simulation ? html`<span class="simulation" title=${t.simulationHint}>${t.simulation}<span class="unseen">: ${t.simulationHint}</span></span>` : nothing}
    </div>
    ${towns(state)}
    <div class="switch view" role="group" aria-label=${t.view}>
      <button aria-pressed=${state.view === 'map'} @click=${() => state.onView('map')}>${t.map}</button>
      <button aria-pressed=${state.view === 'list'} @click=${() => state.onView('list')}>${t.list}</button>
    </div>
    <span class="live ${state.live}" role="status" title=${t.liveHint[state.live]}>
      <span class="lamp" aria-hidden="true"></span>${t.live[state.live]}
    </span>
    <div class="switch language" role="group" aria-label=${t.language}>
      ${LANGUAGES.map(
        (id) => html`<button lang=${id} aria-pressed=${id === lang} @click=${() => state.onLang(id)}
        aria-label=${id === 'de' ? 'Deutsch' : 'English'}>${id.toUpperCase()}</button>`,
      )}
    </div>
  </header>`;
}

function nameOf({ name, named }: Town, { t }: Locale): string {
  return named ? name : t.near(name);
}

function towns({ locale, towns: all, town, onTown }: HeaderState): TemplateResult | typeof nothing {
  if (all.length < 2) return nothing;
  if (all.length < MANY_TOWNS) {
    return html`<div class="switch towns" role="group" aria-label=${locale.t.town}>
      ${all.map((item) => html`<button aria-pressed=${item.id === town?.id} @click=${() => onTown(item)}>${nameOf(item, locale)}</button>`)}
    </div>`;
  }
  const choose = (event: Event) => {
    const found = all.find((item) => item.id === (event.target as HTMLSelectElement).value);
    if (found !== undefined) onTown(found);
  };
  return html`<label class="towns"><span class="unseen">${locale.t.town}</span>
    <select @change=${choose}>
      ${all.map((item) => html`<option value=${item.id} ?selected=${item.id === town?.id}>${nameOf(item, locale)}</option>`)}
    </select></label>`;
}
