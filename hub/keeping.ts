/** What is kept, and for how long: retention classes, orders of people, and the policies that follow from both. */
import { join } from 'node:path';
import {
  type AggregateProgress,
  editCheck,
  Orders,
  orderMeasures,
  RetentionPolicies,
  retentionClasses,
} from '../services/history/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import type { Ground } from './ground.ts';

export type KeptByPolicy = ReturnType<typeof keepingOf>;

export function keepingOf({ config, clock, folder, seen }: Ground, catalogue: CatalogueReader) {
  const classes = retentionClasses(config.history);
  const orders = new Orders({ file: join(folder, 'orders.jsonl'), clock, options: config.history });
  orderMeasures(seen, orders);
  let progress: AggregateProgress | null = null;
  const aggregates: AggregateProgress = {
    neededFrom: (datastream) => progress?.neededFrom(datastream) ?? Number.POSITIVE_INFINITY,
    changed: (datastream, from, to) => progress?.changed(datastream, from, to),
  };
  const policies = new RetentionPolicies({ classes, catalogue, orders, clock, aggregates });
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
