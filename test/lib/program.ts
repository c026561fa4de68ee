// The built program as a child process, for end-to-end and soak tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Ports that the program opens without an offset (DESIGN 2.2). */
const basePorts = [3000, 4317, 4318, 9090, 3100, 3200, 8888, 13133];

export const builtMain = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface ProgramOptions {
  readonly dataDir: string;
  readonly portOffset: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The script to run; default: the built program. */
  readonly main?: string;
  readonly cwd?: string;
  /** For Node itself, like `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export interface Program {
  readonly url: string;
  readonly ports: { readonly otlpHttp: number; readonly otlpGrpc: number };
  readonly child: ChildProcess;
  /** Milliseconds from spawn to the ready line. */
  readonly readyMs: number;
  /** Everything printed so far. */
  output(): string;
  /** SIGTERM and wait; the exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL and wait. */
  kill(): Promise<void>;
}

/** Starts the program and resolves when it says that it is ready. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const main = options.main ?? builtMain;
  if (!existsSync(main)) throw new Error(`${main} is missing: run \`npm run build\` first`);
  const { portOffset } = options;
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeArgs ?? []),
      main,
      'up',
      '--data-dir',
      options.dataDir,
      '--port-offset',
      String(portOffset),
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
    },
  );
  let text = '';
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}; it printed:\n${text}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('the program was not ready in time');
    }, options.readyTimeoutMs ?? 60_000);
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes('Sightline is ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`the program ended with status ${code}`);
    });
  });
  return {
    url: `http://127.0.0.1:${3000 + portOffset}`,
    ports: { otlpHttp: 4318 + portOffset, otlpGrpc: 4317 + portOffset },
    child,
    readyMs: performance.now() - startedMs,
    output: () => text,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code as number | null;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** An offset for which none of the program's ports is taken now. */
export async function freePortOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const offset = (await freePort(0)) - 3000;
    const isUsable = offset > 0 && offset < 65_535 - 13_133;
    if (isUsable && (await areFree(basePorts.map((port) => port + offset)))) return offset;
  }
  throw new Error('no free range of ports found');
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const results = await Promise.allSettled(ports.map(freePort));
  return results.every(({ status }) => status === 'fulfilled');
}

export async function freePort(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('BUG: no port');
  return address.port;
}
