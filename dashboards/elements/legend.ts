import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { DEPTH_STEPS, STATE_COLOURS, TEMPERATURE_STEPS, UNKNOWN_COLOUR } from '../state/index.ts';
import { shared } from '../styles/index.ts';
import type { Locale } from '../text/index.ts';

/** `<sp-legend>`: what the signs on the map mean, for the domains that are switched on. Folds up. */
export class SpLegend extends LitElement {
  static override styles = [
    shared,
    css`
      details {
        background: rgb(255 255 255 / 94%);
        border: 1px solid var(--line);
        border-radius: 8px;
        font-size: 0.8rem;
      }
      summary {
        padding: 0.35rem 0.65rem;
        font-weight: 600;
        cursor: pointer;
      }
      .body {
        padding: 0 0.65rem 0.5rem;
        display: grid;
        gap: 0.5rem;
      }
      h3 {
        margin: 0 0 0.15rem;
        font-size: 0.75rem;
        font-weight: 600;
        color: var(--soft);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.15rem 0.7rem;
      }
      .row span {
        display: inline-flex;
        align-items: center;
        gap: 0.3rem;
      }
      .scale {
        display: flex;
      }
      .scale span {
        flex: 1;
        min-width: 1.7rem;
        border-top: 8px solid var(--step);
        font-size: 0.7rem;
        text-align: right;
        padding-right: 2px;
      }
    `,
  ];
  static override properties = { locale: { attribute: false }, domains: { attribute: false }, open: { type: Boolean } };

  declare locale: Locale;
  /** Domains that are on the map now. */
  declare domains: readonly string[];
  declare open: boolean;

  constructor() {
    super();
    this.domains = [];
    this.open = false;
  }

  /** Width of the map that is covered, CSS pixels; folded up it covers next to nothing. */
  get covers(): number {
    return this.renderRoot.querySelector('details')?.open ? this.offsetLeft + this.offsetWidth : 0;
  }

  override render() {
    const parts = this.domains.flatMap((domain) => this.#part(domain) ?? []);
    if (parts.length === 0) return nothing;
    return html`<details ?open=${this.open}>
      <summary>${this.locale.t.legend}</summary>
      <div class="body">${parts}</div>
    </details>`;
  }

  #part(domain: string): TemplateResult | null {
    const { t } = this.locale;
    if (domain === 'parking') {
      return this.#group(
        domain,
        html`<div class="row">
        <span>${bay('free')} ${t.states.free}</span>
        <span>${bay('occupied')} ${t.states.occupied}</span>
        <span>${bay('unknown')} ${t.states.unknown}</span>
      </div>`,
      );
    }
    if (domain === 'waste') {
      const bins = ['low', 'filling', 'full'] as const;
      return this.#group(
        `${domain}`,
        html`<div class="row">
        ${bins.map((state, at) => html`<span>${bin(STATE_COLOURS[state], at)} ${t.states[state]}</span>`)}
      </div>`,
      );
    }
    if (domain === 'climate') return this.#group(domain, this.#scale(TEMPERATURE_STEPS), t.scaleTemperature);
    if (domain === 'water') return this.#group(domain, this.#scale(DEPTH_STEPS), t.scaleDepth);
    return null;
  }

  #scale(steps: readonly { below: number; colour: string }[]): TemplateResult {
    const { number } = this.locale;
    return html`<div class="scale">
      ${steps.map(({ below, colour }) => html`<span .style=${`--step:${colour}`}>${Number.isFinite(below) ? number(below) : ''}</span>`)}
    </div>`;
  }

  #group(domain: string, body: TemplateResult, head = this.locale.domain(domain)): TemplateResult {
    return html`<section><h3>${head}</h3>${body}</section>`;
  }
}

function bay(state: 'free' | 'occupied' | 'unknown'): TemplateResult {
  if (state === 'free') {
    return html`<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <circle cx="9" cy="9" r="8" fill=${STATE_COLOURS.free} />
      <path d="M7 14V4h3a2.700 2.700 0 0 1 0 5.500H7" fill="none" stroke="#fff" stroke-width="2" />
    </svg>`;
  }
  if (state === 'occupied') {
    return html`<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <rect x="1" y="1" width="16" height="16" rx="2" fill=${STATE_COLOURS.occupied} />
      <path d="m6 6 6 6m0-6-6 6" stroke="#fff" stroke-width="2" />
    </svg>`;
  }
  return html`<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <rect x="1.500" y="1.500" width="15" height="15" rx="2" fill="#fff" stroke=${UNKNOWN_COLOUR} stroke-dasharray="3 2" />
    <path d="M6.500 7a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .7-1 1.700m0 2v1" fill="none" stroke=${UNKNOWN_COLOUR} stroke-width="1.700" />
  </svg>`;
}

function bin(colour: string, level: number): TemplateResult {
  const height = [4, 7, 11][level] ?? 0;
  return html`<svg width="14" height="18" viewBox="0 0 14 18" aria-hidden="true">
    <rect x="2" y=${16 - height} width="10" height=${height} fill=${colour} />
    <path d="M.5 3.500h13M2 4v12h10V4" fill="none" stroke=${colour} stroke-width="1.500" />
  </svg>`;
}
