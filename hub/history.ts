/** Removing what is due, and what people order: retention, freezes, erasures. */
import { type Backups, backupFolder } from '../services/backup/index.ts';
import {
  assignsMessages,
  Cleaning,
  Erasing,
  erasingEvents,
  Frames,
  FrozenRecords,
  History,
  Leftovers,
  MessageOwners,
  Retention,
  retentionEvents,
  type Unreached,
  unknownClasses,
  unknownClassWarning,
} from '../services/history/index.ts';
import type { Ground, Part } from './ground.ts';
import type { Storage } from './storage.ts';

const ONLY_READ = 1000;
/** Note of the ledger. */
const LEFTOVERS = 'leftovers';

export interface KeptHistory {
  readonly history: History;
  /** No segment of the journal with this record or a later one may be deleted. */
  keepsFrom(): number;
  /** Behind the pipeline and before the server: orders that came with a restored backup are carried out first. */
  readonly part: Part;
}

export function historyOf(
  { config, clock, seen }: Ground,
  storage: Storage,
  backups: Pick<Backups, 'ordered'>,
): KeptHistory {
  const { journal, ledger, store, storeKind, latest, registry, catalogue, sources, pipeline, keeping, ages } = storage;
  const { classes, orders, policies } = keeping;
  const events = retentionEvents(seen);
  const frozen = new FrozenRecords({ journal, orders, failed: (error) => events.failed?.(error) });
  const frames = new Frames({
    owners: new MessageOwners({ sources, catalogue }),
    policies,
    orders,
    lateDays: config.history.lateDays,
    readings: (record) => pipeline.placesOf(record),
  });
  const stored = () => pipeline.storing.stored;
  const forget = (records: readonly number[]) => {
    let forgotten = 0;
    for (let i = 0; i < records.length; i += ONLY_READ) forgotten += ledger.forget(records.slice(i, i + ONLY_READ));
    return forgotten;
  };
  let assigned = 0;
  const cleaning = new Cleaning({
    journal,
    frames,
    classes,
    needed: () => Math.min(stored(), registry.saved),
    revision: () => orders.revision + assigned,
    frozen: () => orders.freezes.length > 0,
    forget,
    clock,
    ages,
    ceilings: config.journal,
  });
  const leftovers = new Leftovers({
    journal,
    orders,
    frames,
    needed: () => Math.min(stored(), registry.saved),
    forget,
    kept: () => ledger.notesOf(LEFTOVERS)[0]?.[1] ?? null,
    keep: (note) => ledger.note(LEFTOVERS, 1, note),
    clock,
  });
  const retention = new Retention({
    policies,
    catalogue,
    store,
    latest,
    cleaning,
    leftovers,
    expired: (datastreams, from, before) => pipeline.expired(datastreams, from, before),
    clock,
    options: config.history,
    events,
  });
  const erasing = new Erasing({
    orders,
    frames,
    journal,
    catalogue,
    store,
    storeName: storeKind,
    aggregates: keeping.aggregates,
    stored,
    underWay: () => pipeline.storing.underWay(),
    expired: (datastreams, from, before) => pipeline.expired(datastreams, from, before, true),
    forget,
    elsewhere: () => [backupsAt(backupFolder(config.data, config.backup)), ...backupsOfServer(storeKind)],
    clock,
    events: erasingEvents(seen),
  });
  const history = new History({
    orders,
    policies,
    classes,
    retention,
    cleaning,
    erasing,
    frozen,
    revised: () => pipeline.storing.revised(),
    catalogue,
    latest,
    lastRecord: () => journal.last,
    count: (datastreams, before) =>
      store.count({ datastreams, from: null, to: before, order: 'id', offset: 0, limit: Number.POSITIVE_INFINITY }),
    ordered: () => backups.ordered(),
    clock,
    options: config.history,
  });
  let unsubscribe: (() => void) | null = null;
  return {
    history,
    keepsFrom: () => frozen.from,
    part: {
      start: async () => {
        unknownClassWarning(seen)(unknownClasses({ classes, catalogue }));
        unsubscribe = registry.onApplied((news) => {
          if (assignsMessages(news)) assigned++;
        });
        frozen.look();
        erasing.start();
        await erasing.first();
        retention.start();
      },
      stop: async () => {
        unsubscribe?.();
        await Promise.all([retention.stop(), erasing.stop(), frozen.stop()]);
      },
    },
  };
}

function backupsAt(folder: string): Unreached {
  return {
    place: `Backups in ${folder}, and copies of them elsewhere`,
    why: 'The order stands beside them and is carried out before a hub serves what was restored from one. Older copies without it must be deleted by hand.',
  };
}

/** What a server's own tools have backed up, no hub ever sees. */
function backupsOfServer(storeKind: string): Unreached[] {
  if (storeKind === 'sqlite') return [];
  return [
    {
      place: `Backups that were made of the server of ${storeKind} with its own tools`,
      why: 'They hold what stood there before the order: delete them by hand. Where one is put back, give the order again.',
    },
  ];
}
