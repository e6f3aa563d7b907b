import { CodedError } from '../../../services/model/index.ts';
import type { ExpandItem, QueryOptions } from '../syntax/index.ts';

/** `A/B(…)` becomes `A($expand=B(…))`, and items of one relation become one. */
export function mergeExpands(items: readonly ExpandItem[]): ExpandItem[] {
  const byName = new Map<string, ExpandItem>();
  for (const item of items) {
    const [name, ...deeper] = item.path;
    const options: QueryOptions = deeper.length === 0 ? item.options : { expand: [{ ...item, path: deeper }] };
    const known = byName.get(name!);
    byName.set(name!, {
      path: [name!],
      at: item.at,
      options: known === undefined ? options : mergeOptions(name!, known.options, options, item.at),
    });
  }
  return [...byName.values()];
}

function mergeOptions(name: string, a: QueryOptions, b: QueryOptions, at: number): QueryOptions {
  for (const key of Object.keys(b) as (keyof QueryOptions)[]) {
    if (key !== 'expand' && a[key] !== undefined) {
      throw new CodedError('query.option', `$expand, column ${at}: $${key} of ${name} is given twice`);
    }
  }
  const expand = [...(a.expand ?? []), ...(b.expand ?? [])];
  return { ...a, ...b, ...(expand.length === 0 ? {} : { expand }) };
}
