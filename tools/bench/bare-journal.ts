/** The limit that the disk sets: records into the journal and nothing else. */
import { FileJournal, journalOptions } from '../../services/journal/index.ts';
import { type EventSize, eventText, topicOf } from './events.ts';

export async function bareJournal(folder: string, size: EventSize, seconds: number, inFlight: number): Promise<number> {
  const journal = new FileJournal({ folder, options: journalOptions.parse({}) });
  await journal.start();
  const bodies = Array.from({ length: 1000 }, (_, i) =>
    Buffer.from(topicOf(i) + eventText(size, i, i, '2026-01-01T00:00:00.000Z')),
  );
  let acknowledged = 0;
  let next = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await new Promise<void>((resolve) => {
    let open = 0;
    const put = () => {
      open += 1;
      journal.append(1, bodies[next++ % bodies.length] as Buffer, 0, () => {
        open -= 1;
        acknowledged += 1;
        if (performance.now() < end) put();
        else if (open === 0) resolve();
      });
    };
    for (let i = 0; i < inFlight; i++) put();
  });
  const elapsed = (performance.now() - began) / 1000;
  await journal.stop();
  return acknowledged / elapsed;
}
