// Lines that come with their times become entries, those that came before left out.
import { unlessAborted } from '#lib/unless-aborted.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { SourceContext } from './source-context.ts';
import type { TimeLedger } from './time-ledger.ts';

export interface TimedLine {
  /** `stdout`, `stderr`; '' where there is one stream. */
  readonly stream: string;
  readonly timeNano: bigint;
  readonly line: string;
}

export interface TimedIntake {
  readonly ledger: TimeLedger;
  readonly context: Pick<SourceContext, 'sink'>;
  /** Of a stream of lines, now; undefined: rules drop them. */
  readonly labelsOf: (stream: string) => LabelPairs | undefined;
}

/** How many lines were handed on; resolves when the next may come, or the signal aborts. */
export async function handOn(
  lines: readonly TimedLine[],
  { ledger, context, labelsOf }: TimedIntake,
  signal: AbortSignal,
): Promise<number> {
  const taken: [labels: LabelPairs, line: TimedLine][] = [];
  for (const line of lines) {
    if (!ledger.take(line.stream, line.timeNano)) continue;
    const labels = labelsOf(line.stream);
    if (labels) taken.push([labels, line]);
  }
  if (taken.length === 0) return 0;
  const receipt = ledger.begin(taken.length);
  const entries = taken.map(
    ([labels, { timeNano, line }]): CollectedEntry => ({
      labels: new Map(labels),
      timeNano,
      line,
      metadata: [],
      tenant: undefined,
      receipt,
    }),
  );
  await unlessAborted(context.sink.write(entries), signal);
  return entries.length;
}
