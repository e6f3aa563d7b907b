import { css, html, nothing, type TemplateResult } from 'lit';
import type { Status } from '../data/index.ts';
import { addressOf, type Finding, findingsOf, type Level, levelOf, trendOf } from '../state/index.ts';
import { fact, mark, marked, state } from './parts.ts';
import { SpSection } from './section.ts';

/** Causes of dead letters that the overview names. */
const CODES_SHOWN = 5;

/** `<sp-overview>`: is all well, what is there to do, and the figures. */
export class SpOverview extends SpSection {
  static override properties = { ...SpSection.properties, stale: { attribute: false } };

  /** When the state came, milliseconds since 1970, where the hub does not answer any more; null: it does. */
  declare stale: number | null;

  constructor() {
    super();
    this.stale = null;
  }

  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      .verdict {
        display: flex;
        gap: 0.9rem;
        align-items: center;
        padding: 0.9rem 1.1rem;
        border: 1px solid var(--level-line);
        border-radius: 10px;
        background: var(--level-ground);
        color: var(--level-ink);
      }
      .verdict .mark {
        width: 2.4rem;
        height: 2.4rem;
      }
      .verdict h2,
      .verdict p {
        margin: 0;
      }
      .findings li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 0.7rem;
        padding: 0.7rem 0.9rem;
        border: 1px solid var(--line);
        border-left: 6px solid var(--level-line);
        border-radius: 8px;
        background: var(--ground);
        overflow-wrap: anywhere;
      }
      .findings li + li {
        margin-top: 0.5rem;
      }
      .findings .mark {
        width: 1.4rem;
        height: 1.4rem;
        margin-top: 0.1rem;
      }
      .findings strong {
        color: var(--level-ink);
      }
      .findings p:last-child {
        margin-bottom: 0;
      }
      .figures {
        grid-template-columns: repeat(6, minmax(0, 1fr));
      }
      .figures > * {
        grid-column: span 2;
      }
      .store {
        grid-column: span 4;
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0 1.6rem;
        align-content: start;
      }
      .store h4 {
        margin-top: 0;
      }
      @media (max-width: 60rem) {
        .figures > *,
        .store {
          grid-column: 1 / -1;
        }
      }
      @media (max-width: 40rem) {
        .store {
          grid-template-columns: minmax(0, 1fr);
          gap: 0.8rem 0;
        }
      }
    `,
  ];

  override render() {
    const { status, speech } = this;
    if (status === null) return html`<p class="soft" role="status">${speech.t.loading}</p>`;
    const findings = findingsOf(status);
    const level = levelOf(findings);
    return html`
      ${this.#verdict(level)}
      ${
        findings.length === 0
          ? nothing
          : html`<ul class="plain findings" aria-label=${speech.t.overview.todo}>
              ${findings.map((finding) => this.#finding(finding))}
            </ul>`
      }
      <div class="cards figures">${this.#intake(status)}${this.#store(status)}${this.#letters(status)}${this.#clients(status)}${this.#inventory(status)}</div>`;
  }

  #verdict(level: Level): TemplateResult {
    const { speech, stale } = this;
    const { t } = speech;
    if (stale !== null)
      return html`<div class="verdict note">
        <div><h2 tabindex="-1">${t.connection.lastKnown}</h2><p>${speech.exact(stale)}</p></div>
      </div>`;
    return html`<div class="verdict ${level}" role="status">
      ${mark(level, speech)}
      <div><h2 tabindex="-1">${t.levels[level]}</h2><p>${t.levelHints[level]}</p></div>
    </div>`;
  }

  #finding({ what, level, since, amount, detail, code, section }: Finding): TemplateResult {
    const { speech } = this;
    const { t } = speech;
    const isDisk = what === 'diskFull' || what === 'diskLow';
    const words = amount === null ? '' : isDisk ? speech.bytes(amount) : speech.number(amount);
    const remedy = code === null ? null : speech.code(code).remedy;
    return html`<li class=${level}>
      <div>${mark(level, speech)}</div>
      <div>
        <strong>${t.findings[what].title(words)}</strong>
        ${since === null ? nothing : html`<span class="soft"> ${t.since(speech.moment(since))}</span>`}
        <p>
          ${t.findings[what].hint}
          ${section === null ? nothing : html`<a href=${addressOf({ section })}>${t.goTo(t.sections[section])}</a>`}
        </p>
        ${remedy === null ? nothing : html`<p>${t.whatToDo}: ${marked(remedy)}</p>`}
        ${detail === null ? nothing : html`<p class="soft"><code>${detail}</code></p>`}
      </div>
    </li>`;
  }

  #intake(status: Status): TemplateResult {
    const { speech } = this;
    const { t, number, bytes } = speech;
    const { ok } = status.acknowledging;
    const { uplinksPerSecond } = trendOf(status);
    return html`<section class="card">
      <h3>${t.overview.intake}</h3>
      ${state(ok ? 'well' : 'act', t.overview.acknowledges[ok ? 'yes' : 'no'], speech)}
      <dl>
        ${fact(t.overview.uplinks, uplinksPerSecond === null ? '–' : number(rounded(uplinksPerSecond)))}
        ${fact(t.overview.records, number(status.journal.last))}
        ${status.disks.map(({ name, freeBytes, reserveBytes }) =>
          fact(
            t.overview.free[name] ?? name,
            freeBytes === null
              ? '–'
              : html`${bytes(freeBytes)}<small>${t.overview.stopsAt(bytes(reserveBytes))}</small>`,
          ),
        )}
      </dl>
    </section>`;
  }

  #store(status: Status): TemplateResult {
    const { speech } = this;
    const { t, number, span } = speech;
    const { store } = status;
    const { kind, behindRecords, oldestMs, remainingMs, recordsPerSecond, since } = store;
    const now = store.failure === null ? store.state : 'failed';
    const isBehind = now !== 'works';
    return html`<section class="card store" data-store=${now}>
      <div>
      <h3>${t.overview.store} <span class="soft">${t.overview.kinds[kind] ?? kind}</span></h3>
      ${state(storeLevel(status), t.overview.states[now], speech)}
      <p class="soft">${t.since(speech.moment(since))}</p>
      <dl>
        ${fact(t.overview.behind, behindRecords === 0 ? t.overview.nothing : t.overview.behindRecords(number(behindRecords)))}
        ${isBehind && behindRecords > 0 ? fact(t.overview.oldest, span(oldestMs)) : nothing}
        ${isBehind ? fact(t.overview.pace, t.overview.perSecond(number(recordsPerSecond))) : nothing}
        ${isBehind ? fact(t.overview.remaining, remainingMs === null ? t.overview.unknown : span(remainingMs)) : nothing}
      </dl>
      </div>
      <div>
      <h4>${t.overview.chart}</h4>
      <sp-backlog .trend=${trendOf(status)} .speech=${speech}></sp-backlog>
      </div>
    </section>`;
  }

  #letters({ deadLetters }: Status): TemplateResult {
    const { t, number, code } = this.speech;
    const counts = Object.entries(deadLetters).sort((a, b) => b[1] - a[1]);
    return html`<section class="card">
      <h3>${t.overview.letters}</h3>
      ${
        counts.length === 0
          ? state('well', t.overview.noLetters, this.speech)
          : html`<dl>
                ${counts.slice(0, CODES_SHOWN).map(([name, count]) => {
                  const title = code(name as keyof Status['deadLetters']).title;
                  return fact(
                    title,
                    html`<a href=${addressOf({ section: 'letters', filter: { code: name } })} aria-label=${`${title}: ${number(count)}`}>${number(count)}</a>`,
                  );
                })}
              </dl>
              <div class="row"><a href=${addressOf({ section: 'letters' })}>${t.overview.allLetters}</a><a href="docs/errors" target="_blank" rel="noopener">${t.codePage}</a></div>`
      }
    </section>`;
  }

  #clients({ clients: { live, mqtt, http } }: Status): TemplateResult {
    const { t, number } = this.speech;
    return html`<section class="card">
      <h3>${t.overview.clients}</h3>
      <dl>
        ${fact(t.overview.live, number(live))} ${fact(t.overview.mqtt, mqtt === null ? t.overview.off : number(mqtt))}
        ${fact(t.overview.http, number(http))}
      </dl>
    </section>`;
  }

  #inventory({ devices, datastreams, hub, backup: { state: now, completed } }: Status): TemplateResult {
    const { t, number, moment, ago } = this.speech;
    const last = completed === null ? t.overview.noBackup : html`${ago(completed)}<small>${moment(completed)}</small>`;
    return html`<section class="card">
      <h3>${t.overview.inventory}</h3>
      <dl>
        ${fact(t.overview.devices, number(devices))} ${fact(t.overview.datastreams, number(datastreams))}
        ${fact(t.overview.backup, now === 'running' ? t.overview.backupRunning : last)}
        ${fact(t.overview.running, moment(hub.started))} ${fact(t.overview.version, hub.version)}
      </dl>
    </section>`;
  }
}

/** The same as its finding. */
function storeLevel(status: Status): Level {
  const found = findingsOf(status).find(({ what }) => what.startsWith('store'));
  return found?.level ?? 'well';
}

function rounded(rate: number): number {
  return rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10;
}
