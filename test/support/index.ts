/** Helpers for tests, beside any folder's code: `needs.ts` looks for the real servers that a test starts. */
export * from './needs.ts';
