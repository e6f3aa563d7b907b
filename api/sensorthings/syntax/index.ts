/**
 * Text ▸ syntax tree, and back. Knows the grammar of OGC 18-088 §9, not what Things are. Start with `tree.ts` (what comes
 * out), then `query-options.ts` and `expression.ts`.
 */
export { Cursor, type SyntaxLimits } from './cursor.ts';
export { parseExpression } from './expression.ts';
export { printPlace } from './place.ts';
export { printExpression, printOptions } from './print.ts';
export { parseOptions } from './query-options.ts';
export { parseQueryString } from './query-string.ts';
export { parseResourcePath, type Segment, withoutEntity } from './resource-path.ts';
export * from './tree.ts';
