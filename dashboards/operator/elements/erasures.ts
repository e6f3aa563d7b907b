import { css, html, nothing, type TemplateResult } from 'lit';
import type { Erasure, Named } from '../data/index.ts';
import type { Level } from '../state/index.ts';
import { fieldsOf, mark, problem, spanWords } from './parts.ts';
import { printText } from './print.ts';
import { coverWords, namedOf, type ScopeKind, scopeFields } from './scope.ts';
import { SpSection } from './section.ts';

const KINDS: readonly ScopeKind[] = ['device', 'thing', 'datastream'];
const LEVELS: Readonly<Partial<Record<Erasure['state'], Level>>> = { done: 'well', 'held by a freeze': 'watch' };

/** What is about to be ordered: a person must type its name first. */
interface Asked {
  readonly named: Named;
  readonly name: string;
  /** The hub knows it. */
  readonly known: boolean;
}

interface Receipt {
  readonly id: string;
  readonly text: string;
  readonly sha256: string;
}

/** `<sp-erasures>`: orders of erasure, how far they are, and their receipts. Fires `sp-done` when one is given. */
export class SpErasures extends SpSection {
  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      .receipt {
        max-height: 24rem;
        overflow: auto;
        white-space: pre-wrap;
      }
    `,
  ];
  static override properties = {
    ...SpSection.properties,
    erasures: { state: true },
    making: { state: true },
    made: { state: true },
    kind: { state: true },
    asked: { state: true },
    typed: { state: true },
    receipt: { state: true },
  };

  declare private erasures: readonly Erasure[] | null;
  declare private making: boolean;
  declare private made: boolean;
  declare private kind: ScopeKind;
  declare private asked: Asked | null;
  declare private typed: string;
  declare private receipt: Receipt | null;

  constructor() {
    super();
    this.erasures = null;
    this.making = false;
    this.made = false;
    this.kind = 'device';
    this.asked = null;
    this.typed = '';
    this.receipt = null;
  }

  protected override async load(): Promise<boolean> {
    this.erasures = await this.admin.erasures();
    return this.erasures.some(({ state }) => state !== 'done');
  }

  override render() {
    const { speech, erasures } = this;
    const { t } = speech;
    return html`<section class="card" style="margin-top: 1.2rem">
      <h3>${t.erasures.title}</h3>
      <p class="soft">${t.erasures.intro}</p>
      ${problem(this.trouble ?? this.missing, speech)}
      ${this.made ? html`<div class="notice note" role="status"><p>${t.erasures.made}</p></div>` : nothing}
      ${erasures !== null && erasures.length === 0 ? html`<p>${t.erasures.none}</p>` : nothing}
      <ul class="plain">${(erasures ?? []).map((erasure) => this.#erasure(erasure))}</ul>
      ${this.asked !== null ? this.#confirm(this.asked) : this.making ? this.#form() : html`<div class="row"><button class="danger" @click=${this.#begin}>${t.erasures.make}</button></div>`}
    </section>`;
  }

  #erasure(erasure: Erasure): TemplateResult {
    const { speech } = this;
    const { t, moment, number } = speech;
    const { id, state, reason, by, at, from, to, segments } = erasure;
    const level = LEVELS[state] ?? 'note';
    return html`<li class="notice ${level}" data-erasure=${id}>
      <p>${mark(level, speech)} ${t.erasures.states[state]}: ${reason}</p>
      <p>${coverWords(erasure, speech)}; ${spanWords(from, to, speech)}</p>
      <p class="soft">${moment(at)}, ${t.by(by)}</p>
      ${
        state === 'journal' && segments != null && segments.of > 0
          ? html`<p>${t.erasures.segments(number(segments.done), number(segments.of))}</p><progress aria-label=${t.erasures.states.journal} max=${segments.of} .value=${segments.done}></progress>`
          : nothing
      }
      ${
        this.receipt?.id === id
          ? this.#receipt(this.receipt)
          : state === 'done'
            ? html`<div class="row"><button ?disabled=${this.busy} @click=${() => this.#show(id)}>${t.erasures.receipt}</button></div>`
            : nothing
      }
    </li>`;
  }

  #receipt({ text, sha256 }: Receipt): TemplateResult {
    const { t } = this.speech;
    const note = `${t.erasures.checksum}: ${sha256}`;
    return html`<pre class="receipt" tabindex="0">${text}</pre>
      <p class="soft">${t.erasures.checksum}: <code>${sha256}</code></p>
      <div class="row">
        <button class="main" @click=${() => printText(document, t.erasures.receiptTitle, text, note)}>${t.erasures.print}</button>
        <button @click=${() => {
          this.receipt = null;
        }}>${t.close}</button>
      </div>`;
  }

  #form(): TemplateResult {
    const { t } = this.speech;
    return html`<form class="make" @submit=${this.#look}>
      ${scopeFields(
        KINDS,
        this.kind,
        (kind) => {
          this.kind = kind;
        },
        this.speech,
      )}
      <div class="row">
        <button class="main" ?disabled=${this.busy}>${t.erasures.check}</button>
        <button type="button" @click=${this.#leave}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #confirm({ named, name, known }: Asked): TemplateResult {
    const { t } = this.speech;
    return html`<form class="confirm" @submit=${this.#order}>
      <div class="notice act whole">
        <p>${t.erasures.warning}</p>
        <p>${t.erasures.covers}: ${name}; ${spanWords(named.from, named.to, this.speech, t.scope.untilNow)}</p>
        ${known ? nothing : html`<p>${t.erasures.unknownName}</p>`}
      </div>
      <label class="whole">${t.erasures.confirm(name)}
        <input name="name" autocomplete="off" spellcheck="false" .value=${this.typed}
          @input=${(event: InputEvent) => {
            this.typed = (event.target as HTMLInputElement).value;
          }} /></label>
      <div class="row">
        <button class="danger main" ?disabled=${this.busy || this.typed.trim() !== name}>${t.erasures.do}</button>
        <button type="button" @click=${this.#leave}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #begin(): void {
    this.making = true;
    this.made = false;
    void this.focusOn('form.make select');
  }

  #leave(): void {
    this.making = false;
    this.asked = null;
    this.typed = '';
    this.trouble = null;
  }

  async #look(event: SubmitEvent): Promise<void> {
    const named = namedOf(fieldsOf(event));
    const found = await this.attempt(async () => ({ name: await this.admin.nameOf(named) }));
    if (found === undefined) return;
    const given = String(named.device ?? named.thing ?? named.datastreams?.[0] ?? '');
    this.asked = { named, name: found.name ?? given, known: found.name !== null };
    this.typed = '';
    void this.focusOn('form.confirm input');
  }

  async #order(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { asked } = this;
    if (asked === null || this.typed.trim() !== asked.name) return;
    if ((await this.attempt(() => this.admin.erase(asked.named))) === undefined) return;
    this.#leave();
    this.made = true;
    await this.refresh();
    this.dispatchEvent(new CustomEvent('sp-done'));
  }

  async #show(id: string): Promise<void> {
    const found = await this.attempt(() => this.admin.receipt(id));
    if (found !== undefined) this.receipt = { id, ...found };
  }
}
