#!/usr/bin/env node
// The program: finds the subcommand, runs it, and turns what it throws into words and a status.
import type { CommandContext } from './cli/command.ts';
import { commands } from './cli/index.ts';
import { formatUsage } from './cli/usage.ts';
import { InputError, messageOf, OperationError } from './lib/errors.ts';
import { version } from './version.ts';

process.exitCode = await main();
await allWritten();
// Whatever still holds the event loop open (a pooled connection, say) must not keep us.
process.exit();

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const asksForHelp = process.argv.some((word) => word === '--help' || word === '-h');
  if (name === 'help' || asksForHelp) return print(formatUsage(commands));
  if (name === 'version' || name === '--version') return print(`${version}\n`);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const problem = name === undefined ? 'a command is missing' : `there is no command '${name}'`;
    return complain(`${problem}; \`sightline help\` lists them`, 2);
  }
  try {
    return await command.run(contextOf(args));
  } catch (error) {
    return report(error);
  }
}

/** What a pipe has not taken yet would be lost. One that takes nothing is not waited for longer. */
async function allWritten(): Promise<void> {
  const streams = [process.stdout, process.stderr];
  const written = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        // Nobody reads any longer.
        stream.on('error', () => resolve());
        stream.write('', () => resolve());
      }),
  );
  const late = new Promise<void>((resolve) => setTimeout(resolve, 3000));
  await Promise.race([Promise.all(written), late]);
}

function contextOf(args: readonly string[]): CommandContext {
  const { env, stdin, stdout, stderr } = process;
  return { args, env, stdin, stdout, stderr, signal: stopSignal() };
}

/** Aborts on the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort();
    });
  }
  return controller.signal;
}

function report(error: unknown): number {
  if (error instanceof InputError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`;
    return complain(`${error.message}${hint}`, error.code === 'usage' ? 2 : 1);
  }
  if (error instanceof OperationError) return complain(error.message, 1);
  return complain(error instanceof Error ? (error.stack ?? error.message) : messageOf(error), 1);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string, status: number): number {
  process.stderr.write(`sightline: ${text}\n`);
  return status;
}
