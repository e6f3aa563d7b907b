/** `stadtpegel restore`: a backup becomes a data folder. */
import { resolve } from 'node:path';
import { type RestoreProgress, restoreBackup, verifyBackup } from '../../services/backup/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { wordsOf } from './command-line.ts';
import { applyYoungerOrders } from './orders.ts';
import { runCommand } from './process.ts';
import { bytes, count, duration, reporter } from './reporter.ts';

const USAGE = `stadtpegel restore <backup> --data <empty folder>
Compares every file of the backup with its checksum, copies it, and has younger orders of erasure carried out as the hub
starts. <backup> is one folder of backup.folder, such as /backups/2026-11-21T03-00-00Z.`;
const OPTIONS = [
  { name: 'into', value: 'empty folder', means: 'another name for --data' },
  { name: 'check', value: null, means: 'compare the checksums only' },
  {
    name: 'orders',
    value: 'file or none',
    means:
      "freezes and erasures of this hub; left out: the file that it keeps beside the backup, orders-<hub's identity>.jsonl",
  },
] as const;

const words = wordsOf(USAGE, OPTIONS, process.argv.slice(2));
if (words !== null) await runCommand(() => run(words));

async function run({ plain, own, config }: NonNullable<typeof words>): Promise<void> {
  const [backup, ...more] = plain;
  if (backup === undefined || more.length > 0) throw new CodedError('request.body', 'Which backup? See --help.');
  const report = reporter(process.stderr);
  const told = ({ doing, path, bytes: done, totalBytes }: RestoreProgress): void =>
    report.step(totalBytes === 0 ? null : done / totalBytes, `${doing} ${path}`);
  try {
    if (own.has('check')) {
      const { files, completed } = await verifyBackup(backup, told);
      report.end();
      console.log(`${backup} is as it was made on ${completed}: ${count(files.length)} files.`);
      return;
    }
    const data = own.get('into') ?? config.data;
    const { manifest, orders } = await restoreBackup({
      backup,
      data,
      applyOrders: applyYoungerOrders,
      orders: own.get('orders'),
      told,
    });
    report.end();
    const { journal, store, files } = manifest;
    const age = duration(Date.now() - Date.parse(manifest.completed));
    console.log(`Restored to ${resolve(data)}:`);
    console.log(`  made           ${manifest.completed}, ${age} ago, by hub ${manifest.hub}`);
    console.log(`  files          ${count(files.length)}, ${bytes(manifest.bytes)}`);
    console.log(`  journal        records ${count(journal.first)} to ${count(journal.last)}`);
    const kept = store.included
      ? 'in the backup'
      : `not in the backup: restore the ${store.kind} server with its own tools`;
    console.log(`  Observations   ${kept}`);
    if (orders > 0) console.log(`  orders         ${count(orders)} younger ones are carried out as the hub starts`);
    if (store.included && store.kind !== 'sqlite')
      console.log(
        `\nThe hub used ${store.kind}; the Observations are in the embedded store now. Set timeseries.store: sqlite,\nor bring them to a new server: stadtpegel move --from sqlite --to ${store.kind} --data ${data}`,
      );
  } finally {
    report.end();
  }
}
