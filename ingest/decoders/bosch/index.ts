/** Device models of Bosch, one file each. */
export { tps1100292 } from './tps110-0292.ts';
