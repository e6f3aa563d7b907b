/** Who may come in: tokens, and what the operator has opened. */
import { access, accessEvents, type MadeTokens, openDoors } from '../services/access/index.ts';
import type { Ground, Part } from './ground.ts';

export type Guard = ReturnType<typeof guardOf>;

export function guardOf({ config, clock, folder, seen }: Ground) {
  const says = accessEvents(seen);
  const doorkeeper = access({ directory: folder, options: config.access, clock, refused: says.refused });
  const warnings = openDoors(config.access);
  let made: MadeTokens = {};
  const part: Part = {
    start: async () => {
      made = await doorkeeper.start();
    },
    stop: () => doorkeeper.stop(),
  };
  return {
    doorkeeper,
    /** What the operator has opened and should know of, one sentence each; `warn` says so in the log. */
    warnings,
    warn: () => says.opened(warnings),
    /** Tokens that this start made. */
    madeTokens: () => made,
    part,
  };
}
