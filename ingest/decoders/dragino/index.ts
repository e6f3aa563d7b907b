/** Device models of Dragino, one file each. */
export { ldds75 } from './ldds75.ts';
export { lht65 } from './lht65.ts';
