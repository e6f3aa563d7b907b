/** Device models of TekZitel, one file each. */
export { tekzipark } from './tekzipark.ts';
