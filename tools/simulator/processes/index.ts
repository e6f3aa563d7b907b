/** What happens in the city, as functions of city time: weather, water, parking, waste, people. Pure; start with `weather.ts`. */
export {
  type BayKind,
  demand,
  meanStay,
  OVERSTAY_FACTOR,
  OVERSTAY_SHARE,
  type ParkingPlaceUse,
  type ParkingUse,
} from './parking.ts';
export { crowd, noiseLevel, particles } from './street.ts';
export { type Bin, binFill, lastEmptied } from './waste.ts';
export { arriving, conductivity, drainFill, type Water, waterLevel, waterTemperature } from './water.ts';
export { createWeather, type Weather } from './weather.ts';
