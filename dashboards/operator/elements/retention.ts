import { html, nothing, type TemplateResult } from 'lit';
import type { RetentionReport } from '../data/index.ts';
import { fact, marked, problem } from './parts.ts';
import { SpSection } from './section.ts';

type Class = RetentionReport['classes'][number];
const MIB = 2 ** 20;

/** `<sp-retention>`: what is kept for how long, what goes next, what is held as evidence, and what is erased by order. */
export class SpRetention extends SpSection {
  static override properties = { ...SpSection.properties, report: { state: true } };

  declare private report: RetentionReport | null;

  constructor() {
    super();
    this.report = null;
  }

  protected override async load(): Promise<boolean> {
    this.report = await this.admin.retention();
    return false;
  }

  override render() {
    const { speech, report } = this;
    const { t, number, moment } = speech;
    const lastRun = report?.lastRun ?? null;
    return html`<h2 tabindex="-1">${t.sections.retention}</h2>
      <p class="soft">${marked(t.retention.classHint)}</p>
      ${problem(this.missing, speech)}
      ${report === null ? html`<p role="status">${this.missing === null ? t.loading : ''}</p>` : html`<div class="cards">${report.classes.map((one) => this.#class(one))}</div>`}
      ${
        report === null
          ? nothing
          : html`<p class="soft">${lastRun === null ? t.retention.noRun : t.retention.lastRun(moment(lastRun.at), number(lastRun.rows))}</p>`
      }
      ${lastRun === null || lastRun.failure === null ? nothing : html`<div class="notice watch"><p>${t.retention.runFailed(lastRun.failure)}</p></div>`}
      <sp-freezes .admin=${this.admin} .speech=${speech} @sp-done=${() => this.refresh()}></sp-freezes>
      <sp-erasures .admin=${this.admin} .speech=${speech} @sp-done=${() => this.refresh()}></sp-erasures>`;
  }

  #class({ name, keeps, datastreams, oldestObservation, nextRunRemoves, frames }: Class): TemplateResult {
    const { t, number, bytes, moment } = this.speech;
    const { retention } = t;
    const framesMost =
      keeps.framesMiB === 'unlimited'
        ? nothing
        : html`<small>${retention.atMost(bytes(keeps.framesMiB * MIB))}</small>`;
    const goes = nextRunRemoves.observations;
    return html`<section class="card">
      <h3>${name}</h3>
      <dl>
        ${fact(retention.frames, html`${keeps.frames === 0 ? retention.untilStored : this.#days(keeps.frames)}${framesMost}`)}
        ${fact(retention.observations, this.#days(keeps.observations))} ${fact(retention.hourly, this.#days(keeps.hourly))}
        ${fact(retention.daily, this.#days(keeps.daily))}
      </dl>
      <dl>
        ${fact(retention.streams, number(datastreams))}
        ${fact(retention.oldest, oldestObservation === null ? null : moment(oldestObservation))}
        ${fact(retention.held, retention.heldText(number(frames.messages), bytes(frames.bytes)))}
        ${fact(retention.next, goes === 0 ? retention.nothing : html`<strong>${retention.nextText(number(goes))}</strong>`)}
      </dl>
    </section>`;
  }

  #days(days: number | 'forever' | 'none'): string {
    const { retention } = this.speech.t;
    if (days === 'forever' || days === 'none') return retention[days];
    return retention.days(this.speech.number(days));
  }
}
