/** What is kept, and for how long: retention classes, orders of people, and the policies that follow from both. */
import { join } from 'node:path';
import { hubIdentity } from '../services/backup/index.ts';
import {
  type AggregateProgress,
  editCheck,
  Orders,
  orderMeasures,
  RetentionPolicies,
  retentionClasses,
} from '../services/history/index.ts';
import type { Clock } from '../services/model/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import type { Ground } from './ground.ts';

export type KeptByPolicy = ReturnType<typeof keepingOf>;

export function keepingOf({ config, clock, folder, seen }: Ground, catalogue: CatalogueReader, ages: Clock) {
  const classes = retentionClasses(config.history);
  const file = join(folder, 'orders.jsonl');
  const orders = new Orders({ file, hub: () => hubIdentity(folder), clock, options: config.history });
  orderMeasures(seen, orders);
  let progress: AggregateProgress | null = null;
  const aggregates: AggregateProgress = {
    neededFrom: (datastream) => progress?.neededFrom(datastream) ?? Number.POSITIVE_INFINITY,
    changed: (datastream, from, to) => progress?.changed(datastream, from, to),
  };
  const policies = new RetentionPolicies({ classes, catalogue, orders, clock: ages, aggregates });
  return {
    classes,
    orders,
    policies,
    /** What nobody may do to Observations: touch evidence, bring back what was erased. */
    checkEdit: editCheck({ orders, catalogue }),
    /** How far the aggregates are, once they are there. */
    aggregates,
    /** Rows wait for these aggregates from now on. */
    waitFor: (made: AggregateProgress) => {
      progress = made;
    },
  };
}
