/** For tests only: recorded cases of a source, `testcases/<name>/{topic,input.json,expected.json}`; `input.txt` where it is no JSON. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Opened, RawMessage, Source } from '../../../services/model/index.ts';

export interface RecordedCase {
  readonly name: string;
  readonly message: RawMessage;
  /** What `plain` makes of the answer. */
  readonly expected: unknown;
}

/** `folder` is the `testcases/` beside the test. `delivery` (a file with a number) is 0 where it is missing. */
export function recordedCases(source: Source, folder: URL): readonly RecordedCase[] {
  const root = fileURLToPath(folder);
  return readdirSync(root)
    .sort()
    .map((name) => {
      const file = (part: string) => readFileSync(join(root, name, part));
      const delivery = existsSync(join(root, name, 'delivery')) ? Number(file('delivery').toString()) : 0;
      return {
        name,
        message: {
          source: source.id,
          topic: file('topic').toString().trim(),
          body: file(existsSync(join(root, name, 'input.txt')) ? 'input.txt' : 'input.json'),
          receivedAt: Date.UTC(2026, 6, 1),
          delivery,
        },
        expected: JSON.parse(file('expected.json').toString()),
      };
    });
}

/** The answer as JSON; bytes become hex. */
export function plain(opened: Opened): unknown {
  return JSON.parse(
    JSON.stringify(opened, function (this: Record<string, unknown>, key, value) {
      const raw = this[key];
      return raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : value;
    }),
  );
}
