import { html, nothing, type TemplateResult } from 'lit';
import { DOMAINS } from '../../services/model/index.ts';
import { type Choice, isShown } from '../state/index.ts';
import type { Locale } from '../text/index.ts';

/** Switches for the domains on the map, each with the number of its Things. */
export function chips(
  locale: Locale,
  domains: readonly (readonly [domain: string, count: number])[],
  choice: Choice,
  onClick: (domain: string) => void,
): TemplateResult | typeof nothing {
  if (domains.length === 0) return nothing;
  return html`<div class="chips" role="group" aria-label=${locale.t.domains}>
    ${domains.map(([domain, count]) => {
      const colour = Object.hasOwn(DOMAINS, domain) ? DOMAINS[domain as keyof typeof DOMAINS].colour : '#6b7280';
      return html`<button aria-pressed=${isShown(choice, domain)} @click=${() => onClick(domain)}>
        <span class="dot" aria-hidden="true" .style=${`--dot:${colour}`}></span>${locale.domain(domain)}
        <span class="count">${locale.number(count)}</span>
      </button>`;
    })}
  </div>`;
}
