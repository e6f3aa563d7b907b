/**
 * Every requirement of OGC 18-088 (SensorThings API 1.1), by the end of its URI, with what it asks for in one line and the
 * clause that says it. The order is that of the standard's conformance classes.
 */
export const REQUIREMENT_ROOT = 'http://www.opengis.net/spec/iot_sensing/1.1/req/';

type Row = readonly [uri: string, clause: string, asks: string];

const ENTITIES: readonly Row[] = (
  [
    ['thing', '8.2.1', 'A Thing', 'Locations, HistoricalLocations, Datastreams'],
    ['location', '8.2.2', 'A Location', 'Things, HistoricalLocations'],
    ['historical-location', '8.2.3', 'A HistoricalLocation', 'Thing, Locations'],
    ['datastream', '8.2.4', 'A Datastream', 'Thing, Sensor, ObservedProperty, Observations'],
    ['sensor', '8.2.5', 'A Sensor', 'Datastreams'],
    ['observed-property', '8.2.6', 'An ObservedProperty', 'Datastreams'],
    ['observation', '8.2.7', 'An Observation', 'Datastream, FeatureOfInterest'],
    ['feature-of-interest', '8.2.8', 'A FeatureOfInterest', 'Observations'],
  ] as const
).flatMap(([name, clause, entity, relations]) => [
  [`datamodel/${name}/properties`, clause, `${entity} has the standard's properties, with their types`] as const,
  [`datamodel/${name}/relations`, clause, `${entity} is related to its ${relations}`] as const,
]);

export const REQUIREMENTS: readonly Row[] = [
  ...ENTITIES,
  [
    'datamodel/entity-control-information/common-control-information',
    '8.1',
    'Entities carry `@iot.id`, `@iot.selfLink` and navigation links',
  ],
  [
    'resource-path/resource-path-to-entities',
    '9.2',
    'Root, sets, entities, properties, `$value`, related entities and `$ref` have addresses',
  ],
  ['request-data/order', '9.3.1', 'Options are evaluated in a fixed order, whatever their order in the address'],
  ['request-data/expand', '9.3.2.1', '`$expand` puts related entities inline, with options of their own'],
  ['request-data/select', '9.3.2.2', '`$select` gives only the named properties'],
  ['request-data/status-code', '9.3.2', 'What is there is answered with 200, what is not with 404'],
  ['request-data/query-status-code', '9.3.3', 'A wrong query is a 400, an option that is not there a 501'],
  ['request-data/orderby', '9.3.3.1', '`$orderby` sorts, ascending unless it says `desc`'],
  ['request-data/top', '9.3.3.2', '`$top` limits the answer'],
  ['request-data/skip', '9.3.3.3', '`$skip` leaves out the first entities'],
  ['request-data/count', '9.3.3.4', '`$count=true` tells how many entities match, whatever the page'],
  ['request-data/filter', '9.3.3.5', '`$filter` gives the entities for which an expression is true'],
  ['request-data/built-in-filter-operations', '9.3.3.5.1', 'Comparison, logic, arithmetic and grouping'],
  ['request-data/built-in-query-functions', '9.3.3.5.2', 'Functions of text, dates, numbers and geometries'],
  ['request-data/pagination', '9.3.3.6', 'A page that is not the last carries `@iot.nextLink`'],
  ['create-update-delete/create-entity', '10.2.1', 'POST makes an entity and answers 201 with its `Location`'],
  ['create-update-delete/link-to-existing-entities', '10.2.1.1', 'A new entity can be linked to ones that are there'],
  ['create-update-delete/deep-insert', '10.2.1.2', 'Related entities can be made in the same request, all or nothing'],
  [
    'create-update-delete/deep-insert-status-code',
    '10.2.1.2',
    'A deep insert answers 201; a failed one leaves nothing behind',
  ],
  ['create-update-delete/update-entity', '10.3', 'PATCH changes what it names; related entities inline are a 400'],
  ['create-update-delete/update-entity-put', '10.3', 'PUT replaces an entity'],
  ['create-update-delete/update-entity-jsonpatch', '10.3', 'A JSON Patch changes an entity'],
  ['create-update-delete/delete-entity', '10.4', 'DELETE removes an entity and what cannot be without it'],
  [
    'create-update-delete/historical-location-auto-creation',
    '10.2',
    'A Thing that gets a Location gets a HistoricalLocation',
  ],
  [
    'create-update-delete/historical-location-manual-creation',
    '10.2',
    'A HistoricalLocation can be made for a time in the past',
  ],
  ['batch-request/batch-request', '11', '`$batch` takes several requests at once, change sets all or nothing'],
  ['multi-datastream/properties', '12.1', "A MultiDatastream has the standard's properties, with their types"],
  [
    'multi-datastream/relations',
    '12.1',
    'A MultiDatastream is related to its Thing, Sensor, ObservedProperties, Observations',
  ],
  [
    'multi-datastream/constraints',
    '12.1',
    'Units, types, ObservedProperties and the elements of each result are as many as one another',
  ],
  ['data-array/data-array', '13', '`$resultFormat=dataArray` reads rows, `CreateObservations` makes them'],
  ['create-observations-via-mqtt/observations-creation', '14.1', 'An Observation that is published over MQTT is made'],
  ['receive-updates-via-mqtt/receive-updates', '14.2', 'Who subscribes to a topic is told what is made and changed'],
];
