/** Program of plain-node.ts: imports the files named on stdin, prints one line for each finding, then `visited <n>`. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What a module may leave open: files that were read, the pipes of this process. */
const HARMLESS = new Set([
  'PipeWrap',
  'TTYWrap',
  'FSReqPromise',
  'FSReqCallback',
  'CloseReq',
  'FileHandle',
  'Immediate',
]);

const print = process.stdout.write.bind(process.stdout);
let printed = 0;
process.stdout.write = () => {
  printed++;
  return true;
};
const exit = process.exit.bind(process);
/** A module that ends the process while it is imported must not hide the rest. */
process.exit = (() => {
  throw new Error('calls process.exit() while it is imported');
}) as typeof process.exit;

const open = (): string[] => process.getActiveResourcesInfo().filter((kind) => !HARMLESS.has(kind));
const listeners = (): number => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');

const files = readFileSync(0, 'utf8')
  .split('\n')
  .filter((file) => file !== '');
let before = open();
let visited = 0;
const refused = new Set<string>();
for (const file of files) {
  const written = printed;
  const handlers = listeners();
  try {
    await import(pathToFileURL(join(process.cwd(), file)).href);
  } catch (error) {
    const text = String((error as Error).message ?? error)
      .replace(/\s+/g, ' ')
      .slice(0, 200);
    refused.add(`${culprit(error as Error, file)}: plain Node refuses it: ${text}\n`);
  }
  visited++;
  // A server begins to listen only in a later turn of the event loop.
  await setImmediate();
  await setImmediate();
  const now = open();
  if (now.length > before.length) {
    print(`${file}: starts something while it is imported: ${now.slice(before.length).join(', ')}\n`);
  }
  before = now;
  if (printed > written) print(`${file}: prints something while it is imported\n`);
  if (listeners() > handlers) print(`${file}: catches signals while it is imported\n`);
}
for (const line of refused) print(line);
print(`visited ${visited}\n`, () => exit(0));

/** The file and line that Node names, where it names one: an importer's error is mostly that of a file further down. */
function culprit(error: Error, file: string): string {
  for (const [, path = '', line = ''] of (error.stack ?? '').matchAll(/file:\/\/(\S+?\.ts)(:\d+)?/g)) {
    if (!path.endsWith('/import-all.main.ts')) return `${relative(process.cwd(), path)}${line}`;
  }
  return file;
}
