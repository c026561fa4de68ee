// `journalctl` as a child process that follows the journal.
import { spawn } from 'node:child_process';
import type { JournalSource } from '#pipeline/log/collection-config.ts';
import { LineCutter } from '../line-cutter.ts';

export interface JournalctlOptions {
  readonly config: Pick<JournalSource, 'path' | 'matches' | 'ageMsMax'>;
  /** Entries after this one; '' when there is none to begin at. */
  readonly cursor: string;
  readonly nowMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Lines that came together; the next ones come when it resolves. */
  readonly onLines: (lines: readonly string[]) => Promise<void>;
}

export interface Ended {
  /** There is no such program. */
  readonly isMissing: boolean;
  /** How it ended, with the last words that it said. */
  readonly why: string;
}

/** An entry may hold a core dump; what is longer is cut, and then no entry. */
const entryBytesMax = 16 << 20;
const lastWordsMax = 500;

export function journalctlArgs({
  config,
  cursor,
  nowMs,
}: Pick<JournalctlOptions, 'config' | 'cursor' | 'nowMs'>): string[] {
  const { path, matches, ageMsMax } = config;
  const sinceSeconds = Math.max(0, Math.floor((nowMs - ageMsMax) / 1000));
  return [
    ...['--follow', '--output=json', '--all', '--no-pager', '--lines=all'],
    cursor === '' ? `--since=@${sinceSeconds}` : `--after-cursor=${cursor}`,
    ...(path === '' ? [] : [`--directory=${path}`]),
    ...matches.split(/\s+/).filter((match) => match !== ''),
  ];
}

/** Resolves when the program has ended; never rejects. The signal ends it. */
export async function runJournalctl(options: JournalctlOptions): Promise<Ended> {
  const { env, signal, onLines } = options;
  const child = spawn('journalctl', journalctlArgs(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, LC_ALL: 'C' },
    signal,
  });
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString('utf8')}`.slice(-lastWordsMax);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT' && (error.syscall ?? '').startsWith('spawn');
      if (child.pid === undefined) resolve({ isMissing, why: error.message });
    });
    child.on('close', (status, killer) => {
      const how = killer === null ? `status ${status}` : killer;
      resolve({ isMissing: false, why: `${how} ${lastWords.trim()}`.trim() });
    });
  });
  if (child.pid === undefined) return ended;
  const cutter = new LineCutter(entryBytesMax);
  try {
    for await (const chunk of child.stdout) {
      const lines = cutter.push(chunk as Buffer).map((line) => line.toString('utf8'));
      if (lines.length > 0) await onLines(lines);
    }
  } catch {
    // It was ended while it was being read.
  }
  return ended;
}
