/**
 * The map: `<sp-map>` in `sp-map.ts` draws Things with MapLibre. `features.ts` says what stands on it, `icons.ts` paints
 * the signs (no fonts from elsewhere), `style.ts` holds background and layers, `names.ts` the names on the plain background.
 */
export { SpMap } from './sp-map.ts';
