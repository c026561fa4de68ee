// A real Alertmanager as a child process, on loopback, with a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './program.ts';
import { needCounterpart, waitUntilReady } from './real-prometheus.ts';

export interface AmtoolAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
}

export interface RealAlertmanager {
  readonly address: string;
  /** The alerts that fire as `amtool alert query` shows them, by matchers like `a=b`. */
  alerts(...matchers: readonly string[]): readonly AmtoolAlert[];
  stop(): Promise<void>;
}

/** Debian's build reads its templates here; the package is only unpacked, so that they are not there. */
const templateFolder = '/usr/share/prometheus/alertmanager';

export async function startAlertmanager(): Promise<RealAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'am-'));
  const program = await withTemplatesIn(folder);
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
  const address = `127.0.0.1:${await freePort(0)}`;
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  await waitUntilReady(`http://${address}/-/ready`, child, () => log).catch(async (error) => {
    await stop();
    throw error;
  });
  const amtool = needCounterpart('amtool');
  const alerts = (...matchers: readonly string[]): readonly AmtoolAlert[] => {
    const words = ['alert', 'query', '-o', 'json', ...matchers];
    const args = [`--alertmanager.url=http://${address}`, ...words];
    return JSON.parse(execFileSync(amtool, args, { encoding: 'utf8' })) as AmtoolAlert[];
  };
  return { address, alerts, stop };
}

/** A copy of the program that looks for its templates in a folder of ours, by a path as long. */
async function withTemplatesIn(folder: string): Promise<string> {
  const path = join(folder, 't').padEnd(templateFolder.length, 't');
  if (path.length !== templateFolder.length) throw new Error(`${folder} is too long a path`);
  await mkdir(path);
  for (const name of ['default.tmpl', 'email.tmpl']) await writeFile(join(path, name), '');
  const bytes = await readFile(needCounterpart('prometheus-alertmanager'));
  for (let at = bytes.indexOf(templateFolder); at >= 0; at = bytes.indexOf(templateFolder, at)) {
    bytes.write(path, at, 'latin1');
  }
  const program = join(folder, 'alertmanager');
  await writeFile(program, bytes);
  await chmod(program, 0o755);
  return program;
}
