import { type CSSResultGroup, LitElement, type PropertyDeclarations } from 'lit';
import { shared } from '../../styles/index.ts';
import { type Admin, DEFAULTS, type Status } from '../data/index.ts';
import type { Speech } from '../text/index.ts';
import { styles } from './styles.ts';

/** What every section has: whom to ask, in which language, the last state; and one place for what did not work. */
export class SpSection extends LitElement {
  static override styles: CSSResultGroup = [shared, styles];
  static override properties: PropertyDeclarations = {
    admin: { attribute: false },
    speech: { attribute: false },
    status: { attribute: false },
    trouble: { state: true },
    missing: { state: true },
    busy: { state: true },
  };

  declare admin: Admin;
  declare speech: Speech;
  declare status: Status | null;
  /** Why the last thing that was asked for did not happen; null: it did. */
  declare protected trouble: unknown;
  /** Why what is shown could not be loaded; null: it could. */
  declare protected missing: unknown;
  /** Something is under way that must not be asked for twice. */
  declare protected busy: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.status = null;
    this.trouble = null;
    this.missing = null;
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // the first render brings what `load` needs
    void this.updateComplete.then(() => (this.isConnected ? this.refresh() : undefined));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Asks for everything that this section shows. True: something is running, so look again soon. */
  protected async load(): Promise<boolean> {
    return false;
  }

  /** `load` now, and again while something is running. */
  protected async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    let wait: number | null = DEFAULTS.every;
    try {
      wait = (await this.load()) ? DEFAULTS.everyWhileRunning : null;
      this.missing = null;
    } catch (error) {
      this.missing = error;
    }
    clearTimeout(this.#timer);
    if (wait !== null && this.isConnected) this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  /** Does what a person asked for, once; what fails is shown. undefined: it failed. */
  protected async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.trouble = null;
    try {
      return await work();
    } catch (error) {
      this.trouble = error;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }
}
