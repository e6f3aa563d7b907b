/** `stadtpegel backup`: asks the running hub for a backup, or makes it where none runs. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MadeBackup } from '../../services/backup/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { askHub } from './ask-hub.ts';
import { wordsOf } from './command-line.ts';
import { copyBackup } from './copy-backup.ts';
import { runCommand } from './process.ts';
import { bytes, count, duration, reporter } from './reporter.ts';
import { backupStill } from './still.ts';

const USAGE = `stadtpegel backup [--to <folder>] [--data <folder>] [--config <file>]
Backs up the data folder: a running hub makes the backup itself, beside its work; where none runs it is made here.`;
const OPTIONS = [
  {
    name: 'to',
    value: 'folder',
    means: 'instead of backup.folder; a running hub backs up to backup.folder, and this gets a copy of it',
  },
  { name: 'hub', value: 'url', means: 'where the running hub is; left out: this machine, at http.port' },
  { name: 'token', value: 'token', means: 'of the operator, or @file; left out: access.adminToken' },
] as const;

const words = wordsOf(USAGE, OPTIONS, process.argv.slice(2));
if (words !== null) await runCommand((signal) => run(words, signal));

async function run({ plain, own, config }: NonNullable<typeof words>, signal: AbortSignal): Promise<void> {
  if (plain.length > 0) throw new CodedError('request.body', `"${plain[0]}" is not understood; see --help.`);
  const report = reporter(process.stderr);
  const to = own.get('to') ?? null;
  const remote = own.get('hub') ?? null;
  if (remote === null && !existsSync(join(config.data, 'journal')))
    throw new CodedError('hub.storage', `${config.data} is no data folder of a hub; name it with --data.`);
  let made: MadeBackup;
  let copiedFrom: string | null = null;
  try {
    const still = remote === null ? await backupStill(config, to, report, signal) : null;
    if (still !== null) made = still;
    else {
      made = await askHub(config, { url: remote, token: own.get('token') ?? null }, report, signal);
      if (to !== null && resolve(to) !== resolve(made.folder, '..')) {
        copiedFrom = made.folder;
        const copy = await copyBackup(made.folder, to, config.backup.keep);
        // a copy shares nothing
        made = { ...made, ...copy, sharedBytes: 0 };
      }
    }
  } finally {
    report.end();
  }
  console.log(made.folder);
  const shared = made.sharedBytes > 0 ? `, ${bytes(made.sharedBytes)} of them shared with what was there` : '';
  console.error(
    `${count(made.files)} files, ${bytes(made.bytes)}${shared}, journal up to record ${count(made.journal.last)}, in ${duration(made.milliseconds)}.`,
  );
  if (made.removed.length > 0) console.error(`${count(made.removed.length)} older backups went (backup.keep).`);
  // a hub of before does not say it
  if (made.store?.included === false)
    console.error(
      `The Observations are NOT in it: a backup of ${made.store.kind} with its own tools goes with it, one that had begun before this one (docs/guides/backup.md); or set backup.observations: true.`,
    );
  if (copiedFrom !== null)
    console.error(
      `A copy of ${copiedFrom}. Orders of erasure that come later are written beside that one only: bring orders-*.jsonl along before you restore from here.`,
    );
}
