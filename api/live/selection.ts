/** A filter and a Reader, compiled: does this Datastream go to this client? */
import { maySee, type Reader } from '../../services/access/index.ts';
import type { Datastream, LiveFilter, MultiDatastream } from '../../services/model/index.ts';
import type { CatalogueReader } from '../../services/registry/index.ts';
import { inBox, positionsOf } from './positions.ts';

export interface Selection {
  /** One look into an array for what was asked before; asked anew after each change of the catalogue. */
  has(datastream: number): boolean;
  /** All that may match, to be asked for one by one with `has`. */
  candidates(): readonly number[];
}

const YES = 1;
const NO = 2;

export function selection(filter: LiveFilter, reader: Reader, catalogue: CatalogueReader): Selection {
  const domains = filter.domain && new Set(filter.domain);
  const organisations = filter.organisation && new Set(filter.organisation);
  const wanted = filter.datastream && new Set(filter.datastream);
  const { bbox } = filter;

  const streamOf = (id: number): Datastream | MultiDatastream | undefined =>
    catalogue.set('Datastreams').get(id) ?? catalogue.set('MultiDatastreams').get(id);
  const lies = (datastream: Datastream | MultiDatastream): boolean => {
    if (bbox === undefined) return true;
    const thing = catalogue.set('Things').get(datastream.thing);
    return (thing?.locations ?? []).some((id) => {
      const location = catalogue.set('Locations').get(id)?.location;
      return positionsOf(location).some((position) => inBox(position, bbox));
    });
  };
  const matches = (id: number): boolean => {
    if (wanted !== undefined && !wanted.has(id)) return false;
    const datastream = streamOf(id);
    if (datastream === undefined || !maySee(reader, datastream)) return false;
    // hours and days are told to who asks for them: they say nothing that was not told already
    if (wanted === undefined && 'aggregate' in datastream) return false;
    if (domains !== undefined && !domains.has(datastream.domain)) return false;
    if (organisations !== undefined && !organisations.has(datastream.organisation)) return false;
    return lies(datastream);
  };

  // Verdicts are found as they are asked for and forgotten when the catalogue changes, so that what is withdrawn ends
  // with the next value, and an import of thousands of Things costs a running stream nothing.
  let verdicts = new Uint8Array(1024);
  let revision = catalogue.revision;
  const has = (id: number): boolean => {
    if (catalogue.revision !== revision) {
      verdicts.fill(0);
      revision = catalogue.revision;
    }
    const known = verdicts[id];
    if (known === YES || known === NO) return known === YES;
    const verdict = matches(id);
    if (known === undefined && streamOf(id) !== undefined) {
      const grown = new Uint8Array(Math.max(verdicts.length * 2, id + 1));
      grown.set(verdicts);
      verdicts = grown;
    }
    if (id < verdicts.length) verdicts[id] = verdict ? YES : NO;
    return verdict;
  };
  return {
    has,
    candidates: () =>
      wanted === undefined
        ? [...catalogue.set('Datastreams').keys(), ...catalogue.set('MultiDatastreams').keys()]
        : [...wanted].sort((a, b) => a - b),
  };
}
