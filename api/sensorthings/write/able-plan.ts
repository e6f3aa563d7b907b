/** A change as far as the store can follow it: where rows that stand can't be changed or removed, none are planned to be. */
import { CodedError } from '../../../services/model/index.ts';
import type { ChangePlan, Registry } from '../../../services/registry/index.ts';
import type { Capabilities } from '../../../services/timeseries/index.ts';

/**
 * A registry whose changes throw store.unsupported, with the store's reason, where they would take a row away: PATCH, PUT and
 * DELETE of an Observation. New ones are put, and a Datastream can be deleted: its rows are hidden then.
 */
export function withinCapabilities(
  registry: Pick<Registry, 'change'>,
  capabilities: () => Pick<Capabilities, 'edit'>,
): Pick<Registry, 'change'> {
  return {
    change: (by, work) => registry.change(by, (plan) => work(ablePlan(plan, capabilities().edit))),
  };
}

function ablePlan(plan: ChangePlan, reason: string | null): ChangePlan {
  if (reason === null) return plan;
  const edit: ChangePlan['edit'] = (asked) => {
    if (asked.op === 'remove') throw new CodedError('store.unsupported', reason);
    plan.edit(asked);
  };
  return new Proxy(plan, {
    get(target, name) {
      if (name === 'edit') return edit;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
