/** Device models of Browan, one file each. */
export { tbsl100 } from './tbsl100.ts';
