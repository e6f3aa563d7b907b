import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{services,gateway,ingest,api,dashboards,tools,test}/**/*.test.ts', '*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
