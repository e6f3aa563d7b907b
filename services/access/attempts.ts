/** Counts wrong tokens per address, so that guessing is slow. Bounded: the oldest address is forgotten first. */
import type { Clock } from '../model/index.ts';
import { networkOf } from './network.ts';
import type { Options } from './options.ts';

export interface Attempts {
  /** True while the address is refused. */
  blocked(address: string): boolean;
  failed(address: string): void;
}

export function attempts(
  clock: Clock,
  options: Pick<Options, 'maxFailures' | 'failureSeconds' | 'maxAddresses'>,
): Attempts {
  const windows = new Map<string, { since: number; failures: number }>();
  const current = (address: string) => {
    const window = windows.get(address);
    const age = window === undefined ? 0 : clock.now() - window.since;
    if (window !== undefined && age >= 0 && age < options.failureSeconds * 1000) return window;
    windows.delete(address);
    return null;
  };
  return {
    blocked: (address) => (current(networkOf(address))?.failures ?? 0) >= options.maxFailures,
    failed(from) {
      const address = networkOf(from);
      const window = current(address);
      if (window !== null) {
        window.failures++;
        return;
      }
      if (windows.size >= options.maxAddresses) windows.delete(windows.keys().next().value!);
      windows.set(address, { since: clock.now(), failures: 1 });
    },
  };
}
