/** Which requirements of the standard hold [STA table 38]: the one list that the landing page and the docs show. */
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
  'built-in-query-functions',
  'pagination',
];
const WRITING = [
  'create-entity',
  'link-to-existing-entities',
  'deep-insert',
  'deep-insert-status-code',
  'update-entity',
  'delete-entity',
  'historical-location-auto-creation',
  'historical-location-manual-creation',
  'update-entity-put',
  'update-entity-jsonpatch',
];

/** What holds however the hub is set up. */
export const CONFORMANCE: readonly string[] = [
  ...ENTITIES.flatMap((name) => [`${URI}/datamodel/${name}/properties`, `${URI}/datamodel/${name}/relations`]),
  `${URI}/datamodel/entity-control-information/common-control-information`,
  `${URI}/resource-path/resource-path-to-entities`,
  ...QUERY.map((name) => `${URI}/request-data/${name}`),
  ...WRITING.map((name) => `${URI}/create-update-delete/${name}`),
  `${URI}/batch-request/batch-request`,
  ...['properties', 'relations', 'constraints'].map((name) => `${URI}/multi-datastream/${name}`),
  `${URI}/data-array/data-array`,
];

/** What holds where a broker listens. */
export const MQTT_CONFORMANCE: readonly string[] = [
  `${URI}/create-observations-via-mqtt/observations-creation`,
  `${URI}/receive-updates-via-mqtt/receive-updates`,
];
