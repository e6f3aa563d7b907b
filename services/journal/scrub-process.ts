/** The process that the crash test of scrubbing kills: takes the content of more and more records away, without end. */
import { FileJournal } from './file-journal.ts';
import { encodeGone } from './gone.ts';
import { options } from './options.ts';
import { RECORD } from './port.ts';

const [, , folder, multiple] = process.argv;
if (folder !== undefined && multiple !== undefined) await run(folder, Number(multiple));

async function run(at: string, start: number): Promise<void> {
  const journal = new FileJournal({ folder: at, options: options.parse({ segmentBytes: 65_536 }) });
  await journal.start();
  for (let k = start; ; k++) {
    for (const { first } of await journal.closedSegments()) {
      await journal.scrub(first, ({ number, kind }) =>
        kind === RECORD.message && number % 97 === k % 97 ? { kind: RECORD.gone, body: encodeGone([]) } : 'keep',
      );
      process.stdout.write(`${k % 97} ${first}\n`);
    }
  }
}
