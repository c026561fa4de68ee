// `npm run dev`: the program from source, restarted on every change, and vite's server for the web
// UI with the program behind it. Flags go to `sightline up`.
import { spawn } from 'node:child_process';
import { createServer } from 'vite';

const flags = process.argv.slice(2);
const offsetAt = flags.indexOf('--port-offset');
const port = 3000 + Number(offsetAt === -1 ? 0 : flags[offsetAt + 1]);

/** Everything that the program answers itself; the rest are pages and modules of the UI. */
const apiPaths = [
  '/api',
  '/prometheus',
  '/loki',
  '/tempo',
  '/jaeger',
  '/otlp',
  '/metrics',
  '/ready',
];

const program = spawn(
  process.execPath,
  ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'src/main.ts', 'up', ...flags],
  { stdio: 'inherit' },
);
const web = await createServer({
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(apiPaths.map((path) => [path, `http://127.0.0.1:${port}`])),
  },
});
await web.listen();
web.printUrls();

program.once('exit', (code) => {
  void web.close().finally(() => process.exit(code ?? 0));
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // tsx ends the program; its exit above ends the rest.
  process.on(signal, () => program.kill(signal));
}
