import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { BackupStatus, KeptBackups } from '../data/index.ts';
import { fact, problem, state } from './parts.ts';
import { SpSection } from './section.ts';

const OLD = 7 * 86_400_000;

/** `<sp-backups>`: how old the last one is, which there are, and making one. */
export class SpBackups extends SpSection {
  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      .list li {
        display: grid;
        grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) minmax(0, 2fr);
        gap: 0.1rem 1rem;
        padding: 0.6rem 0;
        border-top: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      @media (max-width: 40rem) {
        .list li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .list small {
          grid-column: 1 / -1;
        }
      }
      .list small {
        color: var(--soft);
      }
    `,
  ];
  static override properties = { ...SpSection.properties, now: { state: true }, kept: { state: true } };

  declare private now: BackupStatus | null;
  declare private kept: KeptBackups | null;

  constructor() {
    super();
    this.now = null;
    this.kept = null;
  }

  /** One may be begun elsewhere, by the nightly job. */
  protected override willUpdate(changes: PropertyValues<this>): void {
    const begun = this.status?.backup.state === 'running' && this.now !== null && this.now.state !== 'running';
    if (changes.has('status') && begun) void this.refresh();
  }

  protected override async load(): Promise<boolean> {
    const before = this.now?.state;
    this.now = await this.admin.backup();
    const runs = this.now.state === 'running';
    if (this.kept === null || (before === 'running' && !runs)) this.kept = await this.admin.backups();
    return runs;
  }

  override render() {
    const { speech, now, kept } = this;
    const { t } = speech;
    return html`<h2 tabindex="-1">${t.sections.backups}</h2>
      ${problem(this.trouble ?? this.missing, speech)}
      <div class="cards">${now === null || kept === null ? nothing : this.#last(now, kept)}</div>
      ${kept === null ? html`<p role="status">${this.missing === null ? t.loading : ''}</p>` : this.#list(kept)}`;
  }

  #last(now: BackupStatus, { backups }: KeptBackups): TemplateResult {
    const { speech } = this;
    const { t, ago, moment, bytes, number } = speech;
    const [last] = backups;
    const runs = now.state === 'running';
    const clock = this.status === null ? Date.now() : Date.parse(this.status.hub.now);
    const isOld = last !== undefined && clock - Date.parse(last.completed) > OLD;
    const [level, words] =
      now.state === 'failed'
        ? (['act', t.backups.failed] as const)
        : runs
          ? (['note', t.backups.running] as const)
          : last === undefined
            ? (['watch', t.backups.none] as const)
            : isOld
              ? (['watch', t.backups.old] as const)
              : (['well', t.backups.fine] as const);
    const { progress } = now;
    return html`<section class="card wide">
      <h3>${t.backups.last}</h3>
      ${state(level, words, speech)}
      ${now.error === null ? nothing : html`<p><code>${now.error}</code></p>`}
      ${last === undefined ? nothing : html`<p>${ago(last.completed)} <span class="soft">(${moment(last.completed)}, ${bytes(last.bytes)})</span></p>`}
      ${
        runs
          ? html`<progress aria-label=${t.backups.running} max=${progress?.totalBytes ?? 1} .value=${progress?.bytes ?? 0}></progress>
              ${progress === null ? nothing : html`<p class="soft">${t.backups.progress(bytes(progress.bytes), bytes(progress.totalBytes))}${progress.rows === 0 ? nothing : html`, ${number(progress.rows)}`}; ${t.backups.at(progress.at)}</p>`}`
          : nothing
      }
      <div class="row"><button class="main" ?disabled=${this.busy || runs} @click=${this.#make}>${t.backups.make}</button></div>
      <p class="soft">${t.backups.practise}</p>
    </section>`;
  }

  #list({ folder, backups }: KeptBackups): TemplateResult {
    const { t, moment, bytes } = this.speech;
    return html`<section class="card" style="margin-top: 0.8rem">
      <h3>${t.backups.list}</h3>
      <dl class="long">${fact(t.backups.folder, html`<code>${folder}</code>`)}</dl>
      <ul class="plain list">
        ${backups.map(
          ({ name, completed, bytes: size, hub, store }) => html`<li>
            <span>${moment(completed)}</span><span>${bytes(size)}</span>
            <small>${name}; ${t.backups.version} ${hub}; ${store.included ? t.backups.withObservations : t.backups.withoutObservations}</small>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  async #make(): Promise<void> {
    const begun = await this.attempt(() => this.admin.beginBackup());
    if (begun !== undefined) this.now = begun;
    await this.refresh();
  }
}
