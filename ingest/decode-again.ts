/** Dead letters that may become Observations now: their records are read from the journal and translated again. */
import type { IngestCounters } from './counters.ts';
import type { IngestPorts } from './ports.ts';
import { BatchBuilder, extraOf } from './stages/batch.ts';
import type { Sink, Translator } from './stages/translate.ts';
import type { Storing } from './storing.ts';

export interface DecodeAgainPorts extends Pick<IngestPorts, 'journal' | 'ledger' | 'latest'> {
  readonly storing: Pick<Storing, 'writeAside'>;
  readonly counters: Pick<IngestCounters, 'requeued'>;
  translator(sink: Sink): Translator;
}

const AT_ONCE = 500;

/**
 * `records`: journal numbers, ascending. Updates the latest values by the rows that stand then: a row that somebody deleted
 * stays deleted. Tells neither the bus nor the device's health, because it is no news. A letter is forgotten when its rows
 * are durable; what still cannot be decoded stays, with its present code.
 */
export async function decodeAgain(ports: DecodeAgainPorts, records: readonly number[]): Promise<void> {
  const { journal, ledger, latest, storing, counters } = ports;
  const rows = new BatchBuilder();
  const still = new Set<number>();
  let offers: (() => void)[] = [];
  let touched = new Set<number>();
  const translator = ports.translator({
    reading: (ds, t, type, r, value, q, rec, receivedAt) => {
      offers.push(() => latest.offer(ds, t, type, r, value, q, receivedAt, rec));
      touched.add(ds);
      rows.add(ds, t, type, r, extraOf(type, value), q, rec);
    },
    dead: (letter) => {
      still.add(letter.record);
      ledger.addDeadLetter(letter);
    },
    event: () => undefined,
  });
  for (let i = 0; i < records.length; i += AT_ONCE) {
    const gone: number[] = [];
    for (const number of records.slice(i, i + AT_ONCE)) {
      const record = await journal.get(number);
      if (record !== null) translator.translate(record);
      if (!still.has(number)) gone.push(number);
    }
    if (await storing.writeAside(rows)) for (const offer of offers) offer();
    // some were there already, or had been deleted: the store knows which one is the newest
    else for (const ds of touched) latest.doubt(ds);
    offers = [];
    touched = new Set();
    // a letter whose record the journal no longer keeps cannot be helped: it is forgotten too
    ledger.forget(gone);
    counters.requeued += gone.length;
  }
}
