/** Device models of ELSYS, one file each. */
export { ersEye } from './ers-eye.ts';
