/** Fields of a form that say what a freeze or an erasure is to cover, and what they mean. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Freeze, Named } from '../data/index.ts';
import { isoOfInput, type Speech } from '../text/index.ts';

export type ScopeKind = 'device' | 'thing' | 'datastream' | 'organisation' | 'all';

export function scopeFields(
  kinds: readonly ScopeKind[],
  kind: ScopeKind,
  choose: (kind: ScopeKind) => void,
  { t }: Speech,
): TemplateResult {
  const { scope } = t;
  return html`
    <label>${scope.label}
      <select name="kind" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as ScopeKind)}>
        ${kinds.map((one) => html`<option value=${one} ?selected=${one === kind}>${scope.kinds[one]}</option>`)}
      </select></label>
    ${kind === 'all' ? nothing : html`<label>${scope.value[kind]}<input name="value" required spellcheck="false" pattern=${kind === 'datastream' ? '[1-9][0-9]*' : nothing} /></label>`}
    <p class="soft whole">${scope.span}</p>
    <label>${t.from}<input name="from" type="datetime-local" /></label>
    <label>${t.to}<input name="to" type="datetime-local" /></label>
    <label class="whole">${t.reason}<input name="reason" required minlength="3" maxlength="2000" aria-describedby="reason-hint" /></label>
    <p class="soft whole" id="reason-hint">${t.reasonHint}</p>`;
}

/** The fields of `scopeFields`, as the API takes them. */
export function namedOf(fields: Readonly<Record<string, string>>): Named {
  const { kind = 'all', value = '', from = '', to = '', reason = '' } = fields;
  const times = { from: isoOfInput(from), to: isoOfInput(to) };
  return {
    ...what(kind, value),
    ...(times.from === null ? {} : { from: times.from }),
    ...(times.to === null ? {} : { to: times.to }),
    reason,
  };
}

function what(kind: string, value: string): Omit<Named, 'reason'> {
  switch (kind) {
    case 'device':
      return { device: value };
    case 'thing':
      return { thing: /^[1-9]\d*$/.test(value) ? Number(value) : value };
    case 'datastream':
      return { datastreams: [Number(value)] };
    case 'organisation':
      return { organisation: value };
    default:
      return { all: true };
  }
}

const SHOWN = 3;

/** What an order covers, in words: its devices by their keys, its Datastreams by their number. */
export function coverWords(
  { datastreams, devices }: Pick<Freeze, 'datastreams' | 'devices'>,
  { t, number }: Speech,
): string {
  if (datastreams === null) return t.scope.all;
  const named =
    devices.length === 0
      ? []
      : [devices.length <= SHOWN ? devices.join(', ') : t.scope.devices(number(devices.length))];
  const streams =
    datastreams.length > 0 && datastreams.length <= SHOWN
      ? datastreams.map((id) => t.letters.datastream(String(id))).join(', ')
      : t.scope.streams(number(datastreams.length));
  return [...named, streams].join(', ');
}
