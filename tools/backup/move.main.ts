/** `stadtpegel move`: all Observations into another store. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkFormat } from '../../services/backup/index.ts';
import { Ledger } from '../../services/journal/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { wordsOf } from './command-line.ts';
import { type MoveReport, move } from './moving.ts';
import { runCommand } from './process.ts';
import { count, duration, reporter } from './reporter.ts';
import { namesOf, storeNamed } from './stores.ts';

const USAGE = `stadtpegel move --to <store> [--from <store>] [--data <folder>] [--config <file>]
Copies all Observations into another store and compares them. The hub must stand still. It can be ended at any moment
(Ctrl-C, kill, a loss of power): the same command goes on from there. Nothing is deleted.`;
const OPTIONS = [
  { name: 'to', value: 'store', means: 'influxdb, sqlite (in the data folder), or sqlite:<folder>; it must be empty' },
  { name: 'from', value: 'store', means: 'the same; left out: the store of the options' },
] as const;

const words = wordsOf(USAGE, OPTIONS, process.argv.slice(2));
if (words !== null) await runCommand((signal) => run(words, signal));

async function run({ plain, own, config }: NonNullable<typeof words>, signal: AbortSignal): Promise<void> {
  const to = own.get('to');
  if (to === undefined || plain.length > 0)
    throw new CodedError(
      'request.body',
      plain.length > 0
        ? `"${plain[0]}" is not understood; see --help.`
        : 'Where to? --to influxdb, --to sqlite; see --help.',
    );
  const { data } = config;
  if (!existsSync(join(data, 'ledger.db')))
    throw new CodedError('hub.storage', `${data} is no data folder of a hub; name it with --data.`);
  checkFormat(data);
  let catalogue: Awaited<ReturnType<typeof namesOf>> | null = null;
  const source = storeNamed(own.get('from') ?? config.timeseries.store, config);
  const target = storeNamed(to, config, (datastream) => catalogue?.names(datastream));
  const ledger = new Ledger({ folder: data, maxDeadLetters: config.journal.maxDeadLetters });
  ledger.start();
  const report = reporter(process.stderr);
  const began = performance.now();
  let done: MoveReport;
  try {
    catalogue = await namesOf(config);
    await source.store.start();
    await target.store.start();
    console.log(`From ${source.name}\nto   ${target.name}`);
    let first: number | null = null;
    done = await move({
      data,
      from: source,
      to: target,
      ledger,
      signal,
      told: ({ rows, totalRows }) => {
        first ??= rows;
        const seconds = (performance.now() - began) / 1000;
        const rate = (rows - first) / Math.max(seconds, 0.001);
        const left = rate > 0 ? `, ${duration(((totalRows - rows) / rate) * 1000)} left` : '';
        const part = totalRows === 0 ? null : Math.min(1, rows / totalRows);
        report.step(part, `${count(rows)} of ${count(totalRows)} rows, ${count(rate)} rows/s${left}`);
      },
      comparing: () => {
        report.end();
        console.log('Comparing …');
      },
    });
  } catch (error) {
    if (signal.aborted) throw new CodedError('hub.busy', 'Ended. The same command goes on from here.');
    throw error;
  } finally {
    report.end();
    await target.store.stop();
    await source.store.stop();
    await catalogue?.stop();
    ledger.stop();
  }
  const { resumedAt, compared, stored } = done;
  const rows = [
    ['Rows', count(compared.rows), resumedAt > 0 ? `${count(resumedAt)} of them by an earlier attempt` : ''],
    ['Removed rows', count(compared.tombstones), 'so that what was deleted stays so'],
    ['Datastreams', count(compared.datastreams), 'count, first and last time of each are equal'],
    ['Compared rows', count(compared.sampledRows), `equal, SHA-256 ${compared.checksum.slice(0, 16)}…`],
    ['Journal', count(stored), 'up to this record; the rest is read as the hub starts'],
    ['Time', duration(performance.now() - began), ''],
  ] as const;
  for (const [name, value, note] of rows) console.log(`  ${name.padEnd(14)}${value.padStart(14)}  ${note}`.trimEnd());
  console.log(nextStep(to));
}

function nextStep(to: string): string {
  if (to.startsWith('sqlite:'))
    return `\nTo work with it: move its folder to <data>/timeseries and set timeseries.store: sqlite.`;
  return `\nNow set the option timeseries.store: ${to} and start the hub. The old store stays as it is; delete it when you like.`;
}
