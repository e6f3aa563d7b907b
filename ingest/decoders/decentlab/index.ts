/** Device models of Decentlab, one file each; all of them speak `protocol-v2.ts`. */
export { dlAtm41 } from './dl-atm41.ts';
export { dlCtd10 } from './dl-ctd10.ts';
export { dlDlr2002 } from './dl-dlr2-002.ts';
export { dlPm } from './dl-pm.ts';
