/** A store in front of another one: what it is asked can fail in every way, and another store can take its place. */
import type { TimeseriesStore } from '../../services/timeseries/index.ts';

export class TroubledStore {
  /** Called before each call goes on; what it throws or rejects with is the answer. */
  before: (name: string, args: readonly unknown[]) => unknown = () => undefined;
  /** May change what a call answers. */
  after: (name: string, answer: unknown, args: readonly unknown[]) => unknown = (_, answer) => answer;
  behind: TimeseriesStore;
  readonly store: TimeseriesStore;

  constructor(behind: TimeseriesStore) {
    this.behind = behind;
    this.store = new Proxy(behind, {
      get: (_, name) => {
        const value: unknown = Reflect.get(this.behind, name, this.behind);
        if (typeof value !== 'function') return value;
        if (name === 'scan' || name === 'tombstones' || name === 'start' || name === 'stop')
          return value.bind(this.behind);
        return async (...args: unknown[]) => {
          await this.before(String(name), args);
          const answer = await (Reflect.get(this.behind, name, this.behind) as typeof value).apply(this.behind, args);
          return this.after(String(name), answer, args);
        };
      },
    });
  }

  /** All writes fail with this from now on; null: they work. */
  fail(error: Error | null): void {
    this.before = (name) => {
      if (error !== null && (name === 'write' || name === 'edit')) throw error;
    };
  }
}
