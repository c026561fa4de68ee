// `sightline up`: starts the stack and runs until it is told to stop.
import { setFlagsFromString } from 'node:v8';
import { withLokiFile } from '#compose/loki-file.ts';
import { loadConfig } from '#config/load.ts';
import type { Config } from '#config/options.ts';
import type { Command } from './command.ts';

/** Of memory.limit: the rest is for buffers outside the heap. */
const heapShare = 0.6;

export const up: Command = {
  name: 'up',
  summary: 'Start the stack (the flags are the keys of sightline.yaml; see `sightline help`).',
  async run({ args, env, stdout, stderr, signal }) {
    const own = loadConfig({ args, env });
    const config = withLokiFile(own, env, (base) => loadConfig({ args, env, base }));
    limitHeap(config);
    const { startWithConfig } = await import('../sightline.ts');
    const write = (line: string) => void stderr.write(`${line}\n`);
    let reload = async (): Promise<void> => {};
    // Without a listener the signal would end the program. What goes wrong is in the log.
    process.on('SIGHUP', () => void reload().catch(() => {}));
    const onReloadable = (again: () => Promise<void>): void => {
      reload = again;
    };
    const sightline = await startWithConfig(config, { write, env, onReloadable });
    stdout.write(`Sightline is ready on ${sightline.url}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve());
    });
    await sightline.stop();
    return 0;
  },
};

function limitHeap(config: Config): void {
  const mebibytes = Math.floor((config['memory.limit'] * heapShare) / 2 ** 20);
  setFlagsFromString(`--max-old-space-size=${mebibytes}`);
  // Left to itself the collector goes over the whole heap for every 10 MB of bodies that pass by: a
  // quarter of the time of ingest. It is the factor that it takes by itself for a heap that grows fast.
  setFlagsFromString('--heap-growing-percent=300');
}
