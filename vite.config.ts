import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The web UI. Assets are addressed relative to <base>, which index.html sets from its own address,
// so that the UI works under any path prefix.
export default defineConfig({
  root: 'src/web',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
