/** Tells listeners of changes. A listener that throws is a defect elsewhere and stops neither the change nor the others. */
import type { ChangeFeed, ChangeNews } from './port.ts';

type Listener = (news: ChangeNews) => void;

export class ChangeListeners implements ChangeFeed {
  readonly #applied = new Set<Listener>();
  readonly #durable = new Set<Listener>();
  readonly #failed: ((error: unknown) => void) | undefined;

  constructor(failed?: (error: unknown) => void) {
    this.#failed = failed;
  }

  onApplied(listener: Listener): () => void {
    this.#applied.add(listener);
    return () => this.#applied.delete(listener);
  }

  onDurable(listener: Listener): () => void {
    this.#durable.add(listener);
    return () => this.#durable.delete(listener);
  }

  applied(news: ChangeNews): void {
    this.#tell(this.#applied, news);
  }

  durable(news: ChangeNews): void {
    this.#tell(this.#durable, news);
  }

  #tell(listeners: ReadonlySet<Listener>, news: ChangeNews): void {
    for (const listener of listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#failed?.(error);
      }
    }
  }
}
