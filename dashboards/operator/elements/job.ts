/** One run of decoding again, as a card: what was asked for, how far it is, what it has done or would do. */
import { html, nothing, type TemplateResult } from 'lit';
import type { DecodeAgainJob, Example, Job, RequeueJob, RowCount, Selection } from '../data/index.ts';
import type { Level } from '../state/index.ts';
import type { Speech } from '../text/index.ts';
import { fact, mark, spanWords } from './parts.ts';

export interface JobActions {
  cancel(job: Job): void;
  /** The same as a trial run, for good. */
  carryOut(job: DecodeAgainJob): void;
  readonly busy: boolean;
}

const LEVELS: Readonly<Record<Job['state'], Level>> = {
  running: 'note',
  done: 'well',
  cancelled: 'watch',
  failed: 'act',
};

export function jobCard(job: Job, speech: Speech, actions: JobActions): TemplateResult {
  const { t, moment } = speech;
  return html`<li class="card job ${LEVELS[job.state]}" data-job=${job.id}>
    <div class="row apart">
      <h4>${mark(LEVELS[job.state], speech)} ${titleOf(job, speech)}</h4>
      <span class="tag">${job.dryRun ? t.again.dryRun : t.again.real}: ${t.again.states[job.state]}</span>
    </div>
    <p class="soft">${moment(job.created)}, ${t.by(job.by)}</p>
    ${job.error === null ? nothing : html`<p><code>${job.error}</code></p>`}
    ${job.state === 'running' && job.waitsFor !== null ? html`<p>${t.again.waitsFor(job.waitsFor)}</p>` : nothing}
    ${job.kind === 'requeue' ? lettersOf(job, speech) : rowsOf(job, speech, actions)}
    ${
      job.state === 'running'
        ? html`<div class="row"><button ?disabled=${actions.busy} @click=${() => actions.cancel(job)}>${t.cancel}</button></div>`
        : nothing
    }
  </li>`;
}

function titleOf(job: Job, speech: Speech): string {
  const { again } = speech.t;
  if (job.kind === 'requeue') return again.requeue;
  return `${selectionWords(job.selection, speech)}`;
}

export function selectionWords({ device, model, datastream, from, to }: Selection, speech: Speech): string {
  const { again } = speech.t;
  const whose =
    device !== undefined
      ? `${again.kinds.device} ${device}`
      : model !== undefined
        ? `${again.kinds.model} ${model}`
        : `${again.kinds.datastream} ${datastream}`;
  return from === undefined && to === undefined ? `${whose}, ${again.all}` : `${whose}, ${spanWords(from, to, speech)}`;
}

function lettersOf(
  { dryRun, letters: { decoded, untried = 0, gone, stillDead } }: RequeueJob,
  { t, number }: Speech,
): TemplateResult {
  const sum = Object.values(stillDead).reduce((total, count) => total + count, 0);
  const [understood, others] = dryRun
    ? [t.letters.wouldDecode, t.letters.wouldStay]
    : [t.letters.decoded, t.letters.stayed];
  return html`<p>${understood(number(decoded))}${sum === 0 ? nothing : html`, ${others(number(sum))}`}</p>
    ${untried === 0 ? nothing : html`<p>${t.letters.untried(number(untried))}</p>`}
    ${gone === 0 ? nothing : html`<p>${t.letters.gone(number(gone))}</p>`}`;
}

function rowsOf(job: DecodeAgainJob, speech: Speech, { busy, carryOut }: JobActions): TemplateResult {
  const { t, number, percent } = speech;
  const { again } = t;
  const { progress, rows, deadLetters, datastreams, examples = [], state, dryRun } = job;
  const counts = (Object.entries(rows) as [RowCount, number][]).filter(([, count]) => count > 0);
  const changes = rows.added + rows.changed + rows.removed + deadLetters.new + deadLetters.healed;
  const names = (all: DecodeAgainJob['datastreams']['ended']) => all.map(({ name }) => name).join(', ');
  return html`
    ${
      state === 'running'
        ? html`<p class="soft">${again.phases[progress.phase] ?? progress.phase}: ${again.share(percent(progress.share), number(progress.messages))}</p>
            <progress max="1" .value=${progress.share} aria-label=${again.jobs}></progress>`
        : nothing
    }
    ${
      counts.length === 0
        ? state === 'done' && changes === 0
          ? html`<p>${again.nothingChanges}</p>`
          : nothing
        : html`<dl>${counts.map(([name, count]) => fact(again.rows[name], number(count)))}</dl>`
    }
    ${deadLetters.new + deadLetters.healed === 0 ? nothing : html`<p>${again.letters(number(deadLetters.new), number(deadLetters.healed))}</p>`}
    ${datastreams.ended.length === 0 ? nothing : html`<p>${again.ended(names(datastreams.ended))}</p>`}
    ${datastreams.resumed.length === 0 ? nothing : html`<p>${again.resumed(names(datastreams.resumed))}</p>`}
    ${examples.length === 0 ? nothing : examplesOf(examples, speech)}
    ${
      dryRun && state === 'done' && changes > 0
        ? html`<div class="row"><button class="main" ?disabled=${busy} @click=${() => carryOut(job)}>${again.carryOut}</button></div>`
        : nothing
    }`;
}

function examplesOf(examples: readonly Example[], { t, number, exact }: Speech): TemplateResult {
  const value = (row: Example['before']) =>
    row === null ? html`<i>${t.again.none}</i>` : html`<code>${JSON.stringify(row.result)}</code>`;
  return html`<details>
    <summary>${t.again.examples}</summary>
    <ul class="plain examples">
      ${examples.map(
        ({ datastream, phenomenonTime, before, after }) => html`<li>
          <span>${value(before)} ▸ ${value(after)}</span>
          <small>${t.letters.datastream(number(datastream))}, ${exact(phenomenonTime)}</small>
        </li>`,
      )}
    </ul>
  </details>`;
}
