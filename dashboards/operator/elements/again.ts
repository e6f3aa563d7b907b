import { css, html, nothing, type TemplateResult } from 'lit';
import type { DecodeAgainJob, Job, Offer, Selection } from '../data/index.ts';
import { isoOfInput } from '../text/index.ts';
import { jobCard } from './job.ts';
import { fieldsOf, problem } from './parts.ts';
import { SpSection } from './section.ts';

type Kind = 'device' | 'model' | 'datastream';
const KINDS: readonly Kind[] = ['device', 'model', 'datastream'];

/** `<sp-again>`: histories that are decoded again: what is offered, what a person chooses, and the runs. */
export class SpAgain extends SpSection {
  static override styles = [
    ...[SpSection.styles].flat(),
    css`
      .job {
        border-left: 6px solid var(--level-line);
      }
      .job h4 {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .job .row {
        margin-top: 0.4rem;
      }
      .job .row.apart {
        margin-top: 0;
      }
      .job + .job {
        margin-top: 0.6rem;
      }
      .job dl {
        max-width: 30rem;
      }
      .examples {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr));
        gap: 0 1rem;
      }
      .examples li {
        padding: 0.35rem 0;
        border-top: 1px solid var(--line);
      }
      .examples small {
        display: block;
        color: var(--soft);
      }
    `,
  ];
  static override properties = {
    ...SpSection.properties,
    offers: { state: true },
    jobs: { state: true },
    models: { state: true },
    kind: { state: true },
  };

  declare private offers: readonly Offer[] | null;
  declare private jobs: readonly Job[] | null;
  declare private models: readonly string[];
  declare private kind: Kind;

  constructor() {
    super();
    this.offers = null;
    this.jobs = null;
    this.models = [];
    this.kind = 'model';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#more());
  }

  /** What comes from the store, or is only of use: the runs must not wait for it. */
  async #more(): Promise<void> {
    this.models = await this.admin.models().catch(() => []);
    await this.#loadOffers();
  }

  async #loadOffers(): Promise<void> {
    try {
      this.offers = await this.admin.offers();
    } catch (error) {
      this.trouble = error;
    }
  }

  protected override async load(): Promise<boolean> {
    const before = this.jobs?.some(({ state }) => state === 'running') ?? false;
    this.jobs = await this.admin.jobs();
    const runs = this.jobs.some(({ state }) => state === 'running');
    if (before && !runs) void this.#loadOffers();
    return runs;
  }

  override render() {
    const { speech } = this;
    const { t } = speech;
    return html`<h2 tabindex="-1">${t.sections.again}</h2>
      <p class="soft">${t.again.intro}</p>
      ${problem(this.trouble ?? this.missing, speech)}
      <div class="cards">${this.#offers()}${this.#form()}</div>
      <section>
        <h3>${t.again.jobs}</h3>
        ${this.#jobs()}
      </section>`;
  }

  #offers(): TemplateResult {
    const { t, number } = this.speech;
    const { again } = t;
    const { offers } = this;
    return html`<section class="card">
      <h3>${again.offers}</h3>
      ${offers === null ? html`<p class="soft">${t.loading}</p>` : offers.length === 0 ? html`<p class="soft">${again.noOffers}</p>` : nothing}
      ${(offers ?? []).map(
        ({ model, name, from, to, devices, records, observations }) => html`<div class="notice note">
          <p>${name} ${again.offer(number(from), number(to))}</p>
          <p>${again.offerSize(number(devices), number(records), number(observations))}</p>
          <div class="row">
            <button class="main" ?disabled=${this.busy} @click=${() => this.#begin({ model }, true)}>${again.tryIt}</button>
            <button ?disabled=${this.busy} @click=${() => this.#decline(model)}>${again.offerDismiss}</button>
          </div>
        </div>`,
      )}
    </section>`;
  }

  #form(): TemplateResult {
    const { t } = this.speech;
    const { again } = t;
    return html`<section class="card">
      <h3>${again.form}</h3>
      <form @submit=${this.#submit}>
        <label>${again.whose}
          <select name="kind" @change=${this.#turn}>
            ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${again.kinds[kind]}</option>`)}
          </select></label>
        <label>${again.value[this.kind]}
          <input name="value" required spellcheck="false" list=${this.kind === 'model' ? 'models' : nothing}
            inputmode=${this.kind === 'datastream' ? 'numeric' : nothing} pattern=${this.kind === 'datastream' ? '[1-9][0-9]*' : nothing} />
          <datalist id="models">${this.models.map((model) => html`<option value=${model}></option>`)}</datalist></label>
        <p class="soft whole">${again.received}</p>
        <label>${t.from}<input name="from" type="datetime-local" /></label>
        <label>${t.to}<input name="to" type="datetime-local" /></label>
        <div class="row"><button class="main" ?disabled=${this.busy}>${again.tryIt}</button><span class="soft">${again.tryHint}</span></div>
      </form>
    </section>`;
  }

  #jobs(): TemplateResult {
    const { jobs, speech } = this;
    const { t } = speech;
    if (jobs === null) return html`<p role="status">${this.missing === null ? t.loading : ''}</p>`;
    if (jobs.length === 0) return html`<p class="soft">${t.again.noJobs}</p>`;
    const actions = {
      busy: this.busy,
      cancel: (job: Job) => void this.#cancel(job),
      carryOut: (job: DecodeAgainJob) => void this.#begin(job.selection, false),
    };
    return html`<ul class="plain">${jobs.map((job) => jobCard(job, speech, actions))}</ul>`;
  }

  #turn(event: Event): void {
    this.kind = (event.target as HTMLSelectElement).value as Kind;
  }

  #submit(event: SubmitEvent): void {
    const { kind = 'model', value = '', from = '', to = '' } = fieldsOf(event);
    const times = { from: isoOfInput(from), to: isoOfInput(to) };
    void this.#begin(
      {
        [kind]: kind === 'datastream' ? Number(value) : value,
        ...(times.from === null ? {} : { from: times.from }),
        ...(times.to === null ? {} : { to: times.to }),
      },
      true,
    );
  }

  async #begin(selection: Selection, dryRun: boolean): Promise<void> {
    const begun = await this.attempt(() => this.admin.decodeAgain(selection, dryRun));
    if (begun !== undefined) await this.refresh();
  }

  async #cancel({ id }: Job): Promise<void> {
    await this.attempt(() => this.admin.cancel(id));
    await this.refresh();
  }

  async #decline(model: string): Promise<void> {
    await this.attempt(() => this.admin.dismissOffer(model));
    await this.#loadOffers();
  }
}
