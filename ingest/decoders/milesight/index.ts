/** Device models of Milesight, one file each. */
export { em300th } from './em300-th.ts';
