// Stages in a row as a node of log collection: lines go in, changed lines come out into the sink.
import type { Counter, Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { CollectedEntry, EntryNode, EntrySink } from '#pipeline/log/entry.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import type { After, StageContext, StageEntry, StageTools } from './definition.ts';
import { StageProblems } from './definition.ts';
import { prepareStages } from './prepare-stages.ts';
import { seedLabels } from './seed-labels.ts';
import type { StageMetrics } from './stage-metrics.ts';

export interface PipelineDeps {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly random: () => number;
  readonly after: After;
  readonly metrics: StageMetrics;
  readonly tools: StageTools;
}

/** Throws InputError `log_stage_invalid` with all problems and their places. */
export function createPipeline(
  configs: readonly StageConfig[],
  sink: EntrySink,
  deps: PipelineDeps,
): EntryNode {
  const prepared = prepareOrRefuse(configs, deps.tools);
  const stops: (() => void)[] = [];
  let waiting = 0;
  let onEmpty: (() => void)[] = [];
  let made: StageEntry[] = [];
  // Lines that come out without one going in (a block that waited long enough) are sent at once.
  let isWriting = false;
  let sent: Promise<void> = Promise.resolve();
  const send = (): Promise<void> => {
    if (made.length === 0) return sent;
    const entries = made;
    made = [];
    sent = sent.then(() => sink.write(entries));
    return sent;
  };
  const context: StageContext = {
    ...deps,
    ...countStages(deps.meter),
    onWaiting: (change) => {
      waiting += change;
      if (waiting > 0) return;
      for (const resolve of onEmpty) resolve();
      onEmpty = [];
    },
    onStop: (handOn) => void stops.push(handOn),
  };
  const first = prepared(context, (entry) => {
    made.push(entry);
    if (!isWriting) void send();
  });
  const run = (work: () => void): void => {
    isWriting = true;
    try {
      work();
    } finally {
      isWriting = false;
    }
  };
  return {
    write: async (entries) => {
      run(() => {
        for (const entry of entries) first(begin(entry));
      });
      await send();
      if (waiting > 0) await new Promise<void>((resolve) => onEmpty.push(resolve));
    },
    stop: async () => {
      run(() => {
        for (const handOn of stops) handOn();
      });
      await send();
    },
  };
}

function begin(entry: CollectedEntry): StageEntry {
  const { labels, timeNano, line, metadata, tenant, receipt } = entry;
  const begun = { labels, timeNano, line, metadata, tenant, receipt, extracted: new Map() };
  seedLabels(begun);
  return begun;
}

function prepareOrRefuse(configs: readonly StageConfig[], tools: StageTools) {
  try {
    return prepareStages(configs, tools);
  } catch (error) {
    if (!(error instanceof StageProblems)) throw error;
    const message = error.problems.map(formatProblem).join('\n');
    throw new InputError('log_stage_invalid', message, { cause: error });
  }
}

/** What stages count on a meter. */
export function countStages(meter: Meter): Pick<StageContext, 'drop' | 'onFailure'> {
  const dropped: Counter = meter.counter(
    'logentry_dropped_lines_total',
    'Lines that pipeline stages dropped, by reason.',
  );
  const failed: Counter = meter.counter(
    'sightline_log_stage_failures_total',
    'Lines on which a stage could not do its work and which went on as they were, by stage.',
  );
  return {
    drop: (entry, reason) => {
      dropped.add(1, { reason });
      entry.receipt.release();
    },
    onFailure: (stage) => failed.add(1, { stage }),
  };
}
