import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{hub,services,gateway,ingest,api,dashboards,tools,test}/**/*.test.ts', '*.test.ts'],
    pool: 'forks',
    // as in bin/stadtpegel.mjs: keeps V8 from crashing when threads load TypeScript at the same time
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
