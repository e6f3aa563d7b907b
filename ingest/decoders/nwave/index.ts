/** Device models of Nwave, one file each. */
export { nps405 } from './nps405.ts';
