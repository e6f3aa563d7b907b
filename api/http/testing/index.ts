/** The HTTP server alone, for the tests of this folder. */
export { echo, problemAt, router, serverStage } from './server-stage.ts';
