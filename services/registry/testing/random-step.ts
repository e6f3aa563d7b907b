/** Random steps of changes, for properties of whatever follows the catalogue. */
import fc from 'fast-check';
import { SET_NAMES } from '../../model/index.ts';
import type { ChangePlan } from '../index.ts';
import { datastream, historicalLocation, location, multiDatastream, property, sensor, thing } from './entities.ts';

/** One step of a change. */
export type Step = (plan: ChangePlan) => void;
const id = fc.integer({ min: 1, max: 5 });
const some = fc.array(id, { maxLength: 3 });
const organisation = fc.constantFrom('hub', 'ulm');
const visibility = fc.constantFrom('public', 'organisation', 'internal');
const feature = (n: number) => ({
  id: n,
  name: '',
  description: '',
  properties: {},
  encodingType: '',
  feature: null,
});
const stream = fc.record(
  {
    thing: id,
    sensor: id,
    organisation,
    visibility,
    features: some.map((list) => list.map((one, from) => ({ from, feature: one }))),
    otherFeatures: some,
  },
  { requiredKeys: ['thing', 'sensor', 'organisation', 'visibility', 'features'] },
);
/** Puts and removals of few ids, so that they meet; what an entity points at may be missing. */
export const randomStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(id, some, organisation).map(
    ([n, locations, o]): Step =>
      (p) =>
        p.put(['Things', thing(n, { locations, organisation: o })]),
  ),
  fc.tuple(id, organisation).map(
    ([n, o]): Step =>
      (p) =>
        p.put(['Locations', location(n, { organisation: o })]),
  ),
  fc.tuple(id, id, some).map(
    ([n, t, locations]): Step =>
      (p) =>
        p.put(['HistoricalLocations', historicalLocation(n, { thing: t, locations })]),
  ),
  id.map(
    (n): Step =>
      (p) =>
        p.put(['Sensors', sensor(n)]),
  ),
  id.map(
    (n): Step =>
      (p) =>
        p.put(['ObservedProperties', property(n)]),
  ),
  id.map(
    (n): Step =>
      (p) =>
        p.put(['FeaturesOfInterest', feature(n)]),
  ),
  fc.tuple(id, id, stream).map(
    ([n, o, s]): Step =>
      (p) =>
        p.put(['Datastreams', datastream(n, { ...s, observedProperty: o })]),
  ),
  fc.tuple(id, some, stream).map(
    ([n, observedProperties, s]): Step =>
      (p) =>
        p.put(['MultiDatastreams', multiDatastream(n + 5, { ...s, observedProperties })]),
  ),
  fc.tuple(fc.constantFrom(...SET_NAMES), id).map(
    ([set, n]): Step =>
      (p) =>
        p.remove(set, set === 'MultiDatastreams' ? n + 5 : n),
  ),
);
