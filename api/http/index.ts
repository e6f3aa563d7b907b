/**
 * The hub's HTTP server: port, limits, headers, problem documents, pages about the hub itself, the dashboards' files.
 * Start with `server.ts`; errors of all routers become answers in `problem.ts`.
 */
export { type Options, options } from './options.ts';
export type { SiteConfig } from './own-pages.ts';
export { PROBLEM_TYPE, type Problem, problem, problemOf } from './problem.ts';
export { type HttpServer, type HttpServerPorts, httpServer, type Mount } from './server.ts';
export { queryOf } from './target.ts';
export type { Upgrade } from './upgrades.ts';
