/** The door for names of retention classes: a change that brings one which no option has is refused. */
import { CodedError } from '../model/index.ts';
import type { Put } from '../registry/index.ts';
import type { RetentionClass } from './port.ts';

/** For the registry's `check`. What stands there already is no reason to refuse another change of it. */
export function classCheck(
  classes: ReadonlyMap<string, RetentionClass>,
): (put: Put, before: Put[1] | undefined) => void {
  return ([set, entity], before) => {
    if (set !== 'Organisations' && set !== 'Datastreams' && set !== 'MultiDatastreams') return;
    const { retention } = entity.properties;
    if (retention === undefined || (typeof retention === 'string' && classes.has(retention))) return;
    if (before !== undefined && 'properties' in before && before.properties.retention === retention) return;
    throw new CodedError(
      'request.body',
      `properties.retention: there is no retention class ${JSON.stringify(retention)}; option history.classes has ${[...classes.keys()].join(', ')}`,
    );
  };
}
