/** Device models of Dingtek, one file each; their common frame is in `frame.ts`. */
export { dc410 } from './dc410.ts';
export { df702 } from './df702.ts';
