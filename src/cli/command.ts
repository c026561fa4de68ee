// What a subcommand is. One file per subcommand, one line in index.ts.
import type { Readable, Writable } from 'node:stream';

export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborts on SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for `sightline help`. */
  readonly summary: string;
  /** The exit status: 0, 1, or 2 for bad usage. */
  run(context: CommandContext): Promise<number>;
}
