import { defineConfig } from 'vite';

// dist/ is committed and embedded: whoever builds the server needs no Node.
export default defineConfig({
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'graphiql.html'] },
  },
});
