// Real programs that write logs: rsyslogd, logger, and tmux with a pane whose output goes into a file.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Counterpart, counterpart, counterpartLibraries } from '../../tool/counterparts.ts';
import { eventually } from './eventually.ts';

const run = promisify(execFile);
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C.UTF-8',
  // Times of RFC 3164 have no zone and are taken for UTC.
  TZ: 'UTC',
  LD_LIBRARY_PATH: counterpartLibraries().path,
});

/** Runs one of them to its end; what it printed. */
async function runProgram(name: Counterpart, args: readonly string[]): Promise<string> {
  const { stdout } = await run(counterpart(name) as string, args, { env: environment() });
  return stdout;
}

export const sendByLogger = (...args: readonly string[]): Promise<string> =>
  runProgram('logger', args);

export interface RealRsyslog {
  /** Programs of the machine write there, as to /dev/log. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** `actions` in RainerScript; everything that comes to the socket goes through them. */
export async function startRsyslog(folder: string, actions: string): Promise<RealRsyslog> {
  const socket = join(folder, 'log.sock');
  const config = join(folder, 'rsyslog.conf');
  const text = `
module(load="imuxsock" SysSock.Use="off")
global(workDirectory="${folder}" localHostname="rsyslog-host")
input(type="imuxsock" Socket="${socket}")
${actions}
`;
  await writeFile(config, text);
  const modules = counterpartLibraries().rsyslog;
  const args = ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid'), '-M', modules];
  const child: ChildProcess = spawn(counterpart('rsyslogd') as string, args, {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  await eventually(`the socket of rsyslogd; it printed: ${output}`, () => {
    if (child.exitCode !== null) throw new Error(`rsyslogd has ended: ${output}`);
    return existsSync(socket) ? true : undefined;
  });
  return {
    socket,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export interface RealTmux {
  /** Types a line into the pane. */
  type(line: string): Promise<void>;
  stop(): Promise<void>;
}

/** A server and a session of its own; the output of its pane is added to the file. */
export async function startTmux(folder: string, file: string): Promise<RealTmux> {
  const tmux = (...args: readonly string[]): Promise<string> =>
    runProgram('tmux', ['-S', join(folder, 'tmux.sock'), '-f', '/dev/null', ...args]);
  await tmux('new-session', '-d', '-s', 'test', '-x', '200', '-y', '50', 'sh');
  await tmux('pipe-pane', '-o', '-t', 'test', `cat >> '${file}'`);
  return {
    type: async (line) => {
      await tmux('send-keys', '-t', 'test', '-l', line);
      await tmux('send-keys', '-t', 'test', 'Enter');
    },
    stop: async () => void (await tmux('kill-server')),
  };
}
