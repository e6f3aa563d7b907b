import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { AdminError, type Letter } from '../data/index.ts';
import { addressOf, hexLines, type Place } from '../state/index.ts';
import { codeLink, fact, marked, problem } from './parts.ts';
import { SpSection } from './section.ts';

/** `<sp-letter>`: one dead letter in full, with what to do about it and what it would yield now. */
export class SpLetter extends SpSection {
  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      pre {
        max-height: 22rem;
        overflow: auto;
      }
      .hex i {
        color: var(--soft);
        font-style: normal;
      }
      @media (max-width: 40rem) {
        pre {
          font-size: 0.7rem;
        }
      }
    `,
  ];
  static override properties = { ...SpSection.properties, place: { attribute: false }, letter: { state: true } };

  declare place: Place;
  declare private letter: Letter | null;

  constructor() {
    super();
    this.letter = null;
  }

  protected override firstUpdated(_: PropertyValues<this>): void {
    void this.focusOn('h2');
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    const before = changes.get('place');
    if (before !== undefined && before.record !== this.place.record) {
      this.letter = null;
      void this.refresh();
    }
  }

  protected override async load(): Promise<boolean> {
    try {
      const { record } = this.place;
      const letter = await this.admin.letter(record ?? '');
      if (record === this.place.record) this.letter = letter;
    } catch (error) {
      // it was healed: what is shown stays, so that people read what became of it
      if (error instanceof AdminError && error.status === 404 && this.letter !== null) return false;
      throw error;
    }
    return false;
  }

  override render() {
    const { speech, place, letter } = this;
    const { t } = speech;
    const isGone = this.missing instanceof AdminError && this.missing.status === 404;
    return html`<p><a href=${addressOf({ section: 'letters', filter: place.filter })}>← ${t.back}</a></p>
      <h2 tabindex="-1">${t.letters.letter(place.record ?? '')}</h2>
      ${isGone ? html`<div class="notice well" role="status"><p>${t.letters.gone1}</p></div>` : problem(this.missing, speech)}
      ${letter === null ? (this.missing === null ? html`<p role="status">${t.loading}</p>` : nothing) : this.#letter(letter)}`;
  }

  #letter(letter: Letter): TemplateResult {
    const { t, code, exact } = this.speech;
    const { title, remedy } = code(letter.code);
    return html`
      <div class="notice watch">
        <p>${title}</p>
        <p>${letter.detail}</p>
        <p>${t.whatToDo}: ${marked(remedy)}</p>
        <p>${codeLink(letter.code)}</p>
      </div>
      ${this.#now(letter)}
      <sp-letter-actions .admin=${this.admin} .speech=${this.speech} .kind=${'one'} .choice=${{ records: [letter.record] }}
        @sp-done=${() => this.refresh()}></sp-letter-actions>
      <div class="cards">
        <section class="card">
          <dl class="long">
            ${fact(t.letters.received, exact(letter.at))} ${fact(t.letters.device, letter.device ?? t.letters.noDevice)}
            ${fact(t.letters.source, letter.source)} ${letter.message.kept ? fact(t.letters.topic, letter.message.topic) : nothing}
          </dl>
        </section>
        ${letter.events.map((event) => this.#event(event))}
      </div>
      ${this.#message(letter)}
      ${
        letter.change === undefined
          ? nothing
          : html`<h3>${t.letters.change(this.speech.number(letter.change.edits))}</h3><pre>${JSON.stringify(letter.change.first, null, 2)}</pre>`
      }`;
  }

  #now(letter: Letter) {
    const { now } = letter;
    if (now === null) return nothing;
    const { t, number, moment } = this.speech;
    const { readings, deadLetters } = now;
    const [level, words] =
      deadLetters.length > 0
        ? readings.length > 0
          ? (['watch', t.letters.nowPart(number(readings.length))] as const)
          : (['watch', t.letters.nowDead] as const)
        : readings.length > 0
          ? (['well', t.letters.nowReadings(number(readings.length))] as const)
          : (['note', t.letters.nowNothing] as const);
    return html`<div class="notice ${level}">
      <p>${t.letters.now} ${words}</p>
      ${readings
        .slice(0, 12)
        .map(
          ({ datastream, phenomenonTime, result }) =>
            html`<p>${t.letters.datastream(number(datastream))}, ${moment(phenomenonTime)}: <code>${JSON.stringify(result)}</code></p>`,
        )}
      ${deadLetters
        .filter(({ code, detail }) => code !== letter.code || detail !== letter.detail)
        .map(({ code, detail }) => html`<p>${this.speech.code(code).title}: ${detail}</p>`)}
    </div>`;
  }

  #event({
    device,
    deviceName,
    time,
    fPort,
    fCnt,
    payloadHex,
    values,
    registered,
    model,
  }: Letter['events'][number]): TemplateResult {
    const { t, exact } = this.speech;
    const { letters } = t;
    return html`<section class="card">
      <h3>${deviceName ?? device}</h3>
      <dl class="long">
        ${fact(letters.device, device)} ${fact(letters.registered, registered ? letters.yes : letters.no)}
        ${fact(letters.model, model ?? letters.unknownModel)} ${fact(letters.measured, time === null ? null : exact(time))}
        ${fact('FPort', fPort)} ${fact('FCnt', fCnt)}
      </dl>
      ${(payloadHex ?? '') === '' ? nothing : html`<h4>${letters.payload}</h4>${hex(payloadHex ?? '')}`}
      ${values == null ? nothing : html`<h4>${letters.values}</h4><pre>${JSON.stringify(values, null, 2)}</pre>`}
    </section>`;
  }

  #message({ message }: Letter): TemplateResult {
    const { t, bytes } = this.speech;
    if (!message.kept) return html`<div class="notice note"><p>${t.letters.notKept}</p><p>${message.reason}</p></div>`;
    return html`<details>
      <summary>${t.letters.bytes(bytes(message.bytes))}</summary>
      ${message.text === null ? nothing : html`<pre tabindex="0">${pretty(message.text)}</pre>`}
      ${hex(message.hex)} ${message.cut ? html`<p class="soft">${t.letters.cut}</p>` : nothing}
    </details>`;
  }
}

function hex(digits: string): TemplateResult {
  return html`<pre class="hex" tabindex="0">${hexLines(digits).map(
    ({ offset, hex: bytes, text }) => html`<i>${offset}</i>  ${bytes.padEnd(48)}<i>${text}</i>\n`,
  )}</pre>`;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
