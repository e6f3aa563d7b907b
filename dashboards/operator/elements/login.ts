import { css, html, LitElement, nothing } from 'lit';
import { shared } from '../../styles/index.ts';
import type { AdminError } from '../data/index.ts';
import type { Speech } from '../text/index.ts';
import { problem } from './parts.ts';
import { styles } from './styles.ts';

/** `<sp-login>`: asks for the token. Fires `sp-login` (detail: the token). */
export class SpLogin extends LitElement {
  static override styles = [
    shared,
    styles,
    css`
      :host {
        display: grid;
        place-items: start center;
        padding-top: min(12vh, 6rem);
      }
      .card {
        width: min(100%, 27rem);
        padding: 1.3rem 1.5rem 1.5rem;
      }
      form {
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ];
  static override properties = {
    speech: { attribute: false },
    error: { attribute: false },
    ended: { attribute: false },
    busy: { attribute: false },
  };

  declare speech: Speech;
  /** Why the last attempt failed; null: it did not, or there was none. */
  declare error: AdminError | null;
  /** The token was good before. */
  declare ended: boolean;
  declare busy: boolean;

  constructor() {
    super();
    this.error = null;
    this.ended = false;
    this.busy = false;
  }

  override render() {
    const { t } = this.speech;
    const { login } = t;
    return html`<div class="card">
      <h2>${login.title}</h2>
      <p class="soft">${login.intro}</p>
      ${this.ended && this.error === null ? html`<div class="notice watch" role="alert"><p>${login.ended}</p></div>` : nothing}
      ${this.#refusal()}
      <form @submit=${this.#submit}>
        <label
          >${login.token}
          <input name="token" type="password" autocomplete="current-password" required spellcheck="false"
            aria-describedby="hint" />
        </label>
        <p class="soft" id="hint">${login.hint}</p>
        <div class="row"><button class="main" ?disabled=${this.busy}>${this.busy ? login.checking : login.enter}</button></div>
      </form>
    </div>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override updated(): void {
    if (this.error !== null) this.renderRoot.querySelector('input')?.select();
  }

  #refusal() {
    const { error, speech } = this;
    const { login, connection } = speech.t;
    if (error === null) return nothing;
    const words =
      error.status === 401
        ? login.wrong
        : error.status === 403
          ? login.notAdmin
          : error.status === 0
            ? connection.none
            : null;
    return words === null ? problem(error, speech) : html`<div class="notice act" role="alert"><p>${words}</p></div>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const token = this.renderRoot.querySelector('input')?.value.trim() ?? '';
    if (token !== '' && !this.busy) this.dispatchEvent(new CustomEvent('sp-login', { detail: token }));
  }
}
