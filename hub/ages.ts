/** The time that ages are counted from, remembered in the ledger. */
import { AgeClock, type AgeNote, ageClockEvents } from '../services/history/index.ts';
import type { FileJournal, Ledger } from '../services/journal/index.ts';
import type { Ground, Part } from './ground.ts';

const TOPIC = 'ages';
const LOOK_MS = 10_000;
/** So many looks, and it is noted. */
const NOTED = 6;

/** `part` behind journal and ledger, and before everything that deletes. */
export function agesOf(
  { config, clock, seen }: Ground,
  { journal, ledger }: { readonly journal: FileJournal; readonly ledger: Ledger },
): { readonly ages: AgeClock; readonly part: Part } {
  const { clockDoubtHours: doubtHours } = config.history;
  const ages = new AgeClock({ clock, elapsed: () => performance.now(), doubtHours, events: ageClockEvents(seen) });
  let timer: NodeJS.Timeout | null = null;
  let looks = 0;
  const note = () => ledger.note(TOPIC, 0, JSON.stringify(ages.note));
  seen.health.register('clock', () => {
    const { doubt } = ages;
    if (doubt === null) return { ok: true };
    const ahead = `the clock is ${lengthOf(doubt.least)} ahead of the time that has passed for the hub`;
    const until = `nothing is deleted by that until the hub has seen it so for ${doubtHours} h (${lengthOf(doubt.lasted)} by now)`;
    return { ok: true, ...(doubt.jumped ? { degraded: true } : {}), detail: `${ahead}: ${until}` };
  });
  return {
    ages,
    part: {
      start: async () => {
        const [noted] = ledger.notesOf(TOPIC);
        const newest = journal.last === 0 ? null : ((await journal.get(journal.last))?.at ?? null);
        ages.open(noted === undefined ? null : (JSON.parse(noted[1]) as AgeNote), newest);
        note();
        timer = setInterval(() => {
          ages.now();
          if (++looks % NOTED === 0) note();
        }, LOOK_MS).unref();
      },
      stop: () => {
        if (timer === null) return;
        clearInterval(timer);
        timer = null;
        note();
      },
    },
  };
}

function lengthOf(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours >= 1 ? `${Math.floor(hours)} h` : `${Math.floor(ms / 60_000)} min`;
}
