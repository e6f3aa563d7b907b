/** The landing page [STA 9.2.1]: what there is and which parts of the standard hold. */
import { SETS } from '../schema/index.ts';
import type { Links } from './links.ts';

const URI = 'http://www.opengis.net/spec/iot_sensing/1.1/req';
const ENTITIES = [
  'thing',
  'location',
  'historical-location',
  'datastream',
  'sensor',
  'observed-property',
  'observation',
  'feature-of-interest',
];
const QUERY = [
  'order',
  'expand',
  'select',
  'status-code',
  'query-status-code',
  'orderby',
  'top',
  'skip',
  'count',
  'filter',
  'built-in-filter-operations',
  'pagination',
];

export const CONFORMANCE: readonly string[] = [
  ...ENTITIES.flatMap((name) => [`${URI}/datamodel/${name}/properties`, `${URI}/datamodel/${name}/relations`]),
  `${URI}/datamodel/entity-control-information/common-control-information`,
  `${URI}/resource-path/resource-path-to-entities`,
  ...QUERY.map((name) => `${URI}/request-data/${name}`),
];

export function landingPage(links: Links): object {
  return {
    serverSettings: { conformance: CONFORMANCE },
    value: Object.keys(SETS).map((name) => ({ name, url: `${links.root}/${name}` })),
  };
}
