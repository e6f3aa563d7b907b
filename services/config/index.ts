/**
 * Every option once: folders declare zod schemas in their `options.ts`, hub.ts composes them, this folder reads values from
 * file, environment and command line, and makes the options page. Start with `load.ts`. The only reader of process.env.
 */

export { issueText } from './issue-text.ts';
export { type LimitOption, limitsOf } from './limits.ts';
export { type ConfigSources, type Loaded, loadConfig, printable } from './load.ts';
export { envExample, optionsPage, usage } from './pages.ts';
