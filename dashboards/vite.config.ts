import { defineConfig } from 'vite';

/** Builds the public map and the operator's page into dashboards/dist. Relative addresses, so that the hub may live under any path of a host. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // Also where NODE_ENV is `test`: without this, Lit's development build would be shipped.
  resolve: { conditions: ['module', 'browser', 'production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/operator.html`],
    },
    // The polyfill would only serve browsers that can't draw the map anyway.
    modulePreload: { polyfill: false },
    // MapLibre is one large module; the warning would be there at every build and teach nobody anything.
    chunkSizeWarningLimit: 1600,
  },
});
