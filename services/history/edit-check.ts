/** The door for what people do to Observations: evidence stays as it is, and what was erased does not come back by hand. */
import { CodedError, type Edit, isoTime } from '../model/index.ts';
import type { CatalogueReader } from '../registry/index.ts';
import type { Orders } from './orders.ts';
import type { Span } from './spans.ts';

export interface EditCheckPorts {
  readonly orders: Pick<Orders, 'frozen' | 'erased'>;
  readonly catalogue: Pick<CatalogueReader, 'set'>;
}

/** For the registry's `checkEdit`. Throws CodedError request.conflict. Hours and days are the hub's own and follow the rows. */
export function editCheck({ orders, catalogue }: EditCheckPorts): (edit: Edit) => void {
  const isAggregate = (ds: number) => catalogue.set('MultiDatastreams').get(ds)?.aggregate !== undefined;
  return (edit) => {
    const { frozen, erased } = orders;
    if (frozen.isEmpty && erased.isEmpty) return;
    const ds = edit.op === 'put' ? edit.row.ds : edit.ds;
    if (isAggregate(ds)) return;
    if (edit.op === 'put') {
      const span = erased.of(ds).find(({ from, to }) => edit.row.t >= from && edit.row.t < to);
      if (span === undefined) return;
      const detail = `the Observations of Datastream ${ds} ${spanText(span)} were erased by order: nothing is stored there again`;
      throw new CodedError('request.conflict', detail);
    }
    const held = edit.op === 'drop' ? frozen.of(ds).length > 0 : frozen.has(ds, edit.t);
    if (!held) return;
    const what = edit.op === 'drop' ? `Observations of Datastream ${ds}` : `this Observation of Datastream ${ds}`;
    throw new CodedError('request.conflict', `a freeze holds ${what} as evidence: nothing of it is changed or deleted`);
  };
}

function spanText({ from, to }: Span): string {
  return Number.isFinite(from) ? `from ${isoTime(from)} to ${isoTime(to)}` : `before ${isoTime(to)}`;
}
