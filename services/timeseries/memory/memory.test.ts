import { storeContract } from '../contract.ts';
import { refusedContract } from '../contract-refused.ts';
import { memoryStore } from './index.ts';

storeContract('memory', memoryStore);

const T = Date.UTC(2026, 5, 8, 12);
const REFUSED = T - 35 * 86_400_000;

refusedContract('memory', async () => {
  let full = true;
  const isRefused = (t: number) => full && t >= REFUSED && t < REFUSED + 60_000;
  const store = memoryStore({ refuses: ({ t }) => (isRefused(t) ? 'no room' : null) });
  return {
    store,
    t: T,
    refused: REFUSED,
    mend: async () => {
      full = false;
      return store;
    },
    reopen: async () => store,
  };
});
