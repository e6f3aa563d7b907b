import { html, nothing, type TemplateResult } from 'lit';
import type { Freeze } from '../data/index.ts';
import { fieldsOf, mark, problem, spanWords } from './parts.ts';
import { coverWords, namedOf, type ScopeKind, scopeFields } from './scope.ts';
import { SpSection } from './section.ts';

const KINDS: readonly ScopeKind[] = ['device', 'thing', 'datastream', 'organisation', 'all'];

/** `<sp-freezes>`: evidence that nobody deletes. Fires `sp-done` when something has changed. */
export class SpFreezes extends SpSection {
  static override properties = {
    ...SpSection.properties,
    freezes: { state: true },
    making: { state: true },
    made: { state: true },
    kind: { state: true },
    lifting: { state: true },
  };

  declare private freezes: readonly Freeze[] | null;
  declare private making: boolean;
  /** Settled or not; null: none was made just now. */
  declare private made: boolean | null;
  declare private kind: ScopeKind;
  /** Id of the freeze that somebody is about to lift. */
  declare private lifting: string | null;

  constructor() {
    super();
    this.freezes = null;
    this.making = false;
    this.made = null;
    this.kind = 'device';
    this.lifting = null;
  }

  protected override async load(): Promise<boolean> {
    this.freezes = await this.admin.freezes();
    return false;
  }

  override render() {
    const { speech, freezes } = this;
    const { t, number } = speech;
    const holding = (freezes ?? []).filter(({ lifted }) => lifted === null);
    const former = (freezes ?? []).filter(({ lifted }) => lifted !== null);
    return html`<section class="card" style="margin-top: 1.2rem">
      <h3>${t.freezes.title}</h3>
      <p class="soft">${t.freezes.intro}</p>
      ${problem(this.trouble ?? this.missing, speech)}
      ${this.made === null ? nothing : html`<div class="notice ${this.made ? 'well' : 'watch'}" role="status"><p>${this.made ? t.freezes.made : t.freezes.unsettled}</p></div>`}
      ${freezes !== null && holding.length === 0 ? html`<p>${t.freezes.none}</p>` : nothing}
      <ul class="plain">${holding.map((freeze) => this.#freeze(freeze))}</ul>
      ${this.making ? this.#form() : html`<div class="row"><button @click=${this.#begin}>${t.freezes.make}</button></div>`}
      ${
        former.length === 0
          ? nothing
          : html`<details><summary>${t.freezes.former(number(former.length))}</summary><ul class="plain">${former.map((freeze) => this.#freeze(freeze))}</ul></details>`
      }
    </section>`;
  }

  #freeze(freeze: Freeze): TemplateResult {
    const { speech } = this;
    const { t, moment } = speech;
    const { id, reason, by, at, from, to, lifted } = freeze;
    return html`<li class="notice note" data-freeze=${id}>
      <p>${lifted === null ? mark('note', speech) : nothing} ${reason}</p>
      <p>${coverWords(freeze, speech)}; ${spanWords(from, to, speech)}</p>
      <p class="soft">${moment(at)}, ${t.by(by)}${lifted === null ? nothing : html`; ${t.freezes.lifted(moment(lifted.at), lifted.by)}: ${lifted.reason}`}</p>
      ${lifted !== null ? nothing : this.lifting === id ? this.#liftForm() : html`<div class="row"><button @click=${() => this.#askLift(id)}>${t.freezes.lift}</button></div>`}
    </li>`;
  }

  #liftForm(): TemplateResult {
    const { t } = this.speech;
    return html`<form class="lift" @submit=${this.#lift}>
      <label class="whole">${t.reason}<input name="reason" required minlength="3" maxlength="2000" /></label>
      <p class="soft whole">${t.freezes.liftHint}</p>
      <div class="row">
        <button class="danger main" ?disabled=${this.busy}>${t.freezes.liftDo}</button>
        <button type="button" @click=${() => this.#askLift(null)}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #form(): TemplateResult {
    const { t } = this.speech;
    return html`<form class="make" @submit=${this.#make}>
      ${scopeFields(
        KINDS,
        this.kind,
        (kind) => {
          this.kind = kind;
        },
        this.speech,
      )}
      <div class="row">
        <button class="main" ?disabled=${this.busy}>${t.freezes.do}</button>
        <button type="button" @click=${() => {
          this.making = false;
        }}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #begin(): void {
    this.making = true;
    this.made = null;
    void this.focusOn('form.make select');
  }

  #askLift(id: string | null): void {
    this.lifting = id;
    if (id !== null) void this.focusOn('form.lift input');
  }

  async #make(event: SubmitEvent): Promise<void> {
    const named = namedOf(fieldsOf(event));
    const freeze = await this.attempt(() => this.admin.freeze(named));
    if (freeze === undefined) return;
    this.making = false;
    this.made = freeze.settled !== false;
    await this.#changed();
  }

  async #lift(event: SubmitEvent): Promise<void> {
    const { reason = '' } = fieldsOf(event);
    const { lifting } = this;
    if (lifting === null || (await this.attempt(() => this.admin.lift(lifting, reason))) === undefined) return;
    this.lifting = null;
    this.made = null;
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.refresh();
    this.dispatchEvent(new CustomEvent('sp-done'));
  }
}
