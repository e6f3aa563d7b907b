import { html, nothing, type TemplateResult } from 'lit';
import type { Admin, RequeueJob } from '../data/index.ts';
import { fieldsOf, problem } from './parts.ts';
import { SpSection } from './section.ts';
import { settled } from './settled.ts';

export type LetterChoice = Parameters<Admin['requeue']>[0];

type Step =
  | { readonly at: 'start' | 'trying' | 'working' | 'dismissing' }
  /** What would happen, or has. */
  | { readonly at: 'tried' | 'decoded'; readonly job: RequeueJob }
  | { readonly at: 'dismissed'; readonly count: number; readonly more: boolean };

/**
 * `<sp-letter-actions>`: decodes dead letters again, after a trial run that says what would happen, or dismisses them with a
 * reason. Fires `sp-done` when something has changed.
 */
export class SpLetterActions extends SpSection {
  static override properties = {
    ...SpSection.properties,
    choice: { attribute: false },
    kind: { attribute: false },
    step: { state: true },
  };

  declare choice: LetterChoice;
  declare kind: 'one' | 'chosen' | 'all';
  declare private step: Step;

  constructor() {
    super();
    this.kind = 'one';
    this.step = { at: 'start' };
  }

  override render() {
    return html`${this.#step()}${problem(this.trouble, this.speech)}`;
  }

  #step(): TemplateResult {
    const { t, number } = this.speech;
    const { letters } = t;
    const { step } = this;
    switch (step.at) {
      case 'start': {
        const [again, dismiss] =
          this.kind === 'one'
            ? [letters.again, letters.dismiss]
            : [letters.againAll[this.kind], letters.dismissAll[this.kind]];
        return html`<div class="row">
          <button class="main" @click=${() => this.#run(true)}>${again}</button>
          <button @click=${() => this.#ask()}>${dismiss}</button>
        </div>`;
      }
      case 'trying':
      case 'working':
        return html`<p role="status">${step.at === 'trying' ? letters.trying : letters.working}</p><progress aria-label=${letters.working}></progress>`;
      case 'tried': {
        const { decoded, untried = 0, gone } = step.job.letters;
        const useful = decoded + untried + gone > 0;
        return html`<div class="notice ${useful ? 'note' : 'watch'}" role="status">
            ${useful ? html`<p>${letters.wouldDecode(number(decoded))}</p>` : html`<p>${letters.nothingToDecode}</p>`}
            ${this.#rest(step.job)}
          </div>
          <div class="row">
            ${useful ? html`<button class="main" @click=${() => this.#run(false)}>${letters.doIt}</button>` : nothing}
            ${this.#leave()}
          </div>`;
      }
      case 'decoded': {
        const { state, error, letters: counts } = step.job;
        const isGood = state === 'done' && counts.decoded > 0;
        return html`<div class="notice ${isGood ? 'well' : 'watch'}" role="status">
            ${state === 'failed' ? html`<p>${letters.failed(error ?? '')}</p>` : nothing}
            <p>${letters.decoded(number(counts.decoded))}</p>
            ${this.#rest(step.job)}
          </div>
          <div class="row">${this.#leave(t.close)}</div>`;
      }
      case 'dismissing':
        return html`<form @submit=${this.#dismiss}>
          <label class="whole">${t.reason}<input name="reason" required minlength="3" maxlength="1000" /></label>
          <p class="soft whole">${letters.dismissHint}</p>
          <div class="row">
            <button class="danger main" ?disabled=${this.busy}>${letters.dismissDo}</button>${this.#leave()}
          </div>
        </form>`;
      case 'dismissed':
        return html`<div class="notice well" role="status">
            <p>${letters.dismissed(number(step.count))}</p>
            ${step.more ? html`<p>${letters.dismissedMore}</p>` : nothing}
          </div>
          <div class="row">${this.#leave(t.close)}</div>`;
    }
  }

  #rest({ dryRun, letters: { untried = 0, gone, stillDead } }: RequeueJob) {
    const { t, number, code } = this.speech;
    const codes = Object.entries(stillDead);
    const sum = codes.reduce((total, [, count]) => total + count, 0);
    const words = dryRun ? t.letters.wouldStay : t.letters.stayed;
    return html`
      ${sum === 0 ? nothing : html`<p>${words(number(sum))}:</p>`}
      ${codes.map(([name, count]) => html`<p>${number(count)} × ${code(name as keyof typeof stillDead).title}</p>`)}
      ${untried === 0 ? nothing : html`<p>${t.letters.untried(number(untried))}</p>`}
      ${gone === 0 ? nothing : html`<p>${t.letters.gone(number(gone))}</p>`}`;
  }

  #leave(words = this.speech.t.cancel): TemplateResult {
    return html`<button type="button" @click=${() => this.#begin()}>${words}</button>`;
  }

  #begin(): void {
    this.step = { at: 'start' };
    this.trouble = null;
    void this.focusOn('button');
  }

  #ask(): void {
    this.step = { at: 'dismissing' };
    void this.focusOn('input');
  }

  async #run(dryRun: boolean): Promise<void> {
    this.step = { at: dryRun ? 'trying' : 'working' };
    const job = await this.attempt(async () => {
      const begun = await this.admin.requeue(this.choice, dryRun);
      return await settled(this.admin, begun, () => this.isConnected);
    });
    if (job?.kind !== 'requeue') {
      this.step = { at: 'start' };
      return;
    }
    this.step = { at: dryRun ? 'tried' : 'decoded', job };
    void this.focusOn('button');
    if (!dryRun) this.#done();
  }

  async #dismiss(event: SubmitEvent): Promise<void> {
    const { reason = '' } = fieldsOf(event);
    const result = await this.attempt(() => this.admin.dismiss(this.choice, reason));
    if (result === undefined) return;
    this.step = { at: 'dismissed', count: result.dismissed, more: result.more };
    this.#done();
  }

  #done(): void {
    this.dispatchEvent(new CustomEvent('sp-done', { bubbles: true, composed: true }));
  }
}
