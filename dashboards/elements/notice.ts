import { html, nothing, type TemplateResult } from 'lit';
import type { Locale } from '../text/index.ts';
import type { Session } from './session.ts';

/** A line above everything, when there is something to say about the hub or the connection to it. */
export function notice(session: Session, { t }: Locale): TemplateResult | typeof nothing {
  const { failed, live, city } = session;
  const alert = (text: string) =>
    html`<p class="notice warn" role="alert">${text} <button @click=${() => session.hurry()}>${t.retry}</button></p>`;
  if (failed && city === null) return alert(t.loadFailed);
  if (live === 'reconnecting') return alert(t.liveHint.reconnecting);
  if (city !== null && city.things.size === 0) return html`<p class="notice" role="status">${t.empty}</p>`;
  return nothing;
}
