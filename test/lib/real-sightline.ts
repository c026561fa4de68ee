// The built program with a prometheus.yml of its own, asked over its Prometheus API.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortOffset, type Program, startProgram } from './program.ts';
import { PrometheusClient } from './real-client.ts';

export interface RealSightline {
  readonly program: Program;
  readonly prometheus: PrometheusClient;
  /** Where the files are. */
  readonly folder: string;
  /** Writes files and has all read again; throws what the program says against them. */
  reload(files: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/** `files` by their names; `prometheus.yml` is the configuration. */
export async function startSightline(
  files: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<RealSightline> {
  const folder = await mkdtemp(join(tmpdir(), 'real-'));
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(more)) await writeFile(join(folder, name), text);
  };
  await write({ 'prometheus.yml': 'global: {}\n', ...files });
  const portOffset = await freePortOffset();
  const program = await startProgram({
    dataDir: join(folder, 'data'),
    portOffset,
    args: [
      ...['--prometheus-config-file', join(folder, 'prometheus.yml')],
      '--internal-telemetry-enabled=false',
      ...args,
    ],
    readyTimeoutMs: 100_000,
  });
  const url = `http://127.0.0.1:${9090 + portOffset}`;
  return {
    program,
    prometheus: new PrometheusClient(url),
    folder,
    reload: async (more) => {
      await write(more);
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      const text = await response.text();
      if (!response.ok) throw new Error(`reload: ${response.status} ${text}`);
    },
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
