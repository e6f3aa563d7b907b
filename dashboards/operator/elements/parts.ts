/** Small pieces of the page that several sections show. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { AdminError } from '../data/index.ts';
import type { Level } from '../state/index.ts';
import type { Speech } from '../text/index.ts';

const SHAPES: Readonly<Record<Level, TemplateResult>> = {
  well: svg`<path d="M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22Zm-1.700 16.200-5-5 2-2 3 3 6.500-6.500 2 2Z"/>`,
  note: svg`<path d="M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22Zm1.500 17h-3v-8h3Zm0-9.500h-3v-3h3Z"/>`,
  watch: svg`<path d="M12 1.500 0.800 22h22.400Zm1.500 17.500h-3v-2.800h3Zm0-4.500h-3V8.500h3Z"/>`,
  act: svg`<path d="M7.500 1h9L23 7.500v9L16.500 23h-9L1 16.500v-9Zm6 17.500v-3h-3v3Zm0-5V5.500h-3v8Z"/>`,
};

/** A sign that is told apart by its shape as well as by its colour; its word is there for screen readers. */
export function mark(level: Level, { t }: Speech): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[level]}</svg><span class="unseen">${t.marks[level]}: </span>`;
}

/** A word with its sign. */
export function state(level: Level, words: string, speech: Speech): TemplateResult {
  return html`<p class="state ${level}">${mark(level, speech)}<span>${words}</span></p>`;
}

/** What stands between backticks is code. */
export function marked(text: string): (string | TemplateResult)[] {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`));
}

/** What did not work, and what to do about it. */
export function problem(error: unknown, speech: Speech): TemplateResult | typeof nothing {
  if (error === null || error === undefined) return nothing;
  const { t, code } = speech;
  const known = error instanceof AdminError ? error : new AdminError(-1, null, String(error));
  const { title, remedy } =
    known.code !== null
      ? code(known.code)
      : known.status === 0
        ? { title: t.errors.noAnswer, remedy: t.errors.noAnswerRemedy }
        : { title: t.errors.other, remedy: '' };
  return html`<div class="notice act" role="alert">
    <p>${title}</p>
    ${known.message === '' ? nothing : html`<p>${known.message}</p>`}
    ${remedy === '' ? nothing : html`<p>${t.whatToDo}: ${marked(remedy)}</p>`}
    ${known.code === null ? nothing : codeLink(known.code)}
  </div>`;
}

/** To the hub's page of the error codes. */
export function codeLink(code: string): TemplateResult {
  return html`<a href=${`docs/errors#${code}`} target="_blank" rel="noopener"><code>${code}</code></a>`;
}

/** A line of a `<dl>`. null: it is left out. */
export function fact(label: string, value: unknown): TemplateResult | typeof nothing {
  return value === null || value === undefined ? nothing : html`<dt>${label}</dt><dd>${value}</dd>`;
}

/** A span of time that was asked for. `open`: what is said where it has no ends. */
export function spanWords(
  from: string | null | undefined,
  to: string | null | undefined,
  { t, moment }: Speech,
  open: string = t.always,
): string {
  if (!from && !to) return open;
  return [from ? `${t.from} ${moment(from)}` : '', to ? `${t.to} ${moment(to)}` : ''].filter(Boolean).join(' ');
}

/** The fields of a form that was sent, without the empty ones. */
export function fieldsOf(event: SubmitEvent): Readonly<Record<string, string>> {
  event.preventDefault();
  const fields = [...new FormData(event.target as HTMLFormElement)];
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [])),
  );
}
