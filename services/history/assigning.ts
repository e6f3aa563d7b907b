/** Does a change decide anew to which classes messages count? Then what is known of the journal's segments is looked at again. */
import { isDeepStrictEqual } from 'node:util';
import type { ChangeNews, Put } from '../registry/index.ts';

export function assignsMessages({ puts, replaced }: Pick<ChangeNews, 'puts' | 'replaced'>): boolean {
  const before = new Map(replaced.map((put) => [nameOf(put), put[1]]));
  return puts.some((put) => {
    const [set, entity] = put;
    const old = before.get(nameOf(put));
    if (set === 'Devices')
      return !isDeepStrictEqual((old as typeof entity | undefined)?.datastreams ?? {}, entity.datastreams);
    if (set !== 'Organisations' && set !== 'Datastreams' && set !== 'MultiDatastreams') return false;
    if (old === undefined) return false;
    const was = old as typeof entity;
    if (was.properties.retention !== entity.properties.retention) return true;
    return 'organisation' in was && 'organisation' in entity && was.organisation !== entity.organisation;
  });
}

function nameOf(put: Put): string {
  return `${put[0]} ${put[0] === 'Devices' ? put[1].key : put[1].id}`;
}
