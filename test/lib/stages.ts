// Pipeline stages at work on lines, with a clock and timers that the test moves.
import { logStageTools } from '#compose/log-stage-tools.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { formatPrometheusText } from '#internal-telemetry/prometheus-text.ts';
import { createManualClock } from '#lib/clock.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import { createPipeline } from '#processor/log-stage/pipeline.ts';
import { StageMetrics } from '#processor/log-stage/stage-metrics.ts';

export const place = { file: 'test.yml', line: 3, column: 5 };

export interface LineInput {
  readonly labels?: Readonly<Record<string, string>>;
  readonly metadata?: [string, string][];
  readonly timeNano?: bigint;
}

export interface StageRunOptions {
  readonly seriesMax?: number;
  /** What chance says, one after the other. */
  readonly random?: number[];
  readonly nowMs?: number;
}

export function startStages(stages: readonly StageConfig[], options: StageRunOptions = {}) {
  const { seriesMax = 100, random = [], nowMs = Date.UTC(2024, 5, 1) } = options;
  const meter = createMeter();
  const clock = createManualClock(nowMs);
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  const entries: CollectedEntry[] = [];
  const released: string[] = [];
  const metrics = new StageMetrics({ meter, clock, seriesMax });
  const deps = {
    clock,
    meter,
    metrics,
    random: () => random.shift() ?? 0,
    after: (delayMs: number, run: () => void) => {
      const timer = { dueMs: clock.nowMs() + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    tools: logStageTools,
  };
  const sink = { write: async (made: readonly CollectedEntry[]) => void entries.push(...made) };
  const node = createPipeline(stages, sink, deps);
  const entryOf = (line: string, input: LineInput): CollectedEntry => ({
    labels: new Map(Object.entries(input.labels ?? {})),
    timeNano: input.timeNano ?? 1n,
    line,
    metadata: input.metadata ?? [],
    tenant: undefined,
    receipt: { hold: () => {}, release: () => void released.push(line) },
  });
  return {
    entries,
    /** Lines in the order in which they were let go of, by what they were at first. */
    released,
    write: (lines: readonly string[], input: LineInput = {}) =>
      node.write(lines.map((line) => entryOf(line, input))),
    stop: () => node.stop(),
    lines: () => entries.map(({ line }) => line),
    labels: () => entries.map(({ labels }) => Object.fromEntries(labels)),
    text: () => formatPrometheusText(meter.collect()),
    timers: () => timers.size,
    advance: async (ms: number) => {
      const untilMs = clock.nowMs() + ms;
      for (;;) {
        const due = [...timers].filter(({ dueMs }) => dueMs <= untilMs);
        const [next] = due.sort((a, b) => a.dueMs - b.dueMs);
        if (!next) break;
        clock.advance(next.dueMs - clock.nowMs());
        timers.delete(next);
        next.run();
      }
      clock.advance(untilMs - clock.nowMs());
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

/** All that comes out of one line, the stages being stopped behind it. */
export async function runLine(
  stages: readonly StageConfig[],
  line: string,
  input: LineInput = {},
): Promise<CollectedEntry | undefined> {
  const running = startStages(stages);
  await running.write([line], input);
  await running.stop();
  return running.entries[0];
}
