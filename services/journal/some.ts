/** Many single records: neighbours are read together, because each look-up opens a file and unpacks a group. */
import type { Journal, JournalRecord } from './port.ts';

/** Reading so many records in a row costs about as much as looking one up. */
const NEAR = 500;

/** Those of these records that are kept and not damaged, ascending. */
export async function* readSome(
  journal: Pick<Journal, 'get' | 'read'>,
  numbers: Iterable<number>,
): AsyncGenerator<JournalRecord> {
  const wanted = [...new Set(numbers)].sort((a, b) => a - b);
  for (let begin = 0; begin < wanted.length; ) {
    let end = begin + 1;
    while (end < wanted.length && wanted[end]! - wanted[end - 1]! <= NEAR) end++;
    if (end === begin + 1) {
      const record = await journal.get(wanted[begin]!);
      if (record !== null) yield record;
    } else {
      const among = new Set(wanted.slice(begin, end));
      for await (const records of journal.read(wanted[begin]!, wanted[end - 1]!))
        for (const record of records) if (among.has(record.number)) yield record;
    }
    begin = end;
  }
}
