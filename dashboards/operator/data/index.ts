/** The one place that talks to the admin API. `admin.ts` asks, `answers.ts` says what comes back, `token.ts` keeps who asks. */
export { Admin, AdminError } from './admin.ts';
export type * from './answers.ts';
export { DEFAULTS, type Options } from './options.ts';
export { forgetToken, keepToken, keptToken } from './token.ts';
