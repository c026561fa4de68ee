// A `load` block in, the samples of its series out, for a store in memory or for remote write.
import type { Item } from '#query/promql/notation/series.ts';
import { parseSeriesLine } from '#query/promql/notation/series.ts';
import { parseStartLine, type StartLine } from '#query/promql/notation/start.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import { nativeHistograms } from './native-histograms.ts';
import type { Load } from './script.ts';

export interface LoadedSample {
  readonly timeMs: number;
  readonly item: Exclude<Item, { kind: 'gap' }>;
  /** When counting began, if the script says so. */
  readonly startMs?: number;
}

export interface LoadedSeries {
  readonly labels: Labels;
  readonly samples: readonly LoadedSample[];
}

export function loadSeries({ stepMs, lines, withNative }: Load): LoadedSeries[] {
  const loaded: LoadedSeries[] = [];
  let starts: StartLine | undefined;
  for (const line of lines) {
    const startLine = parseStartLine(line);
    if (startLine) {
      starts = startLine;
      continue;
    }
    const { labels, items } = parseSeriesLine(line);
    if (starts && labelsKey(starts.labels) !== labelsKey(labels)) {
      throw new Error(`the line before is not of this series: ${line}`);
    }
    if (starts && starts.offsetsMs.length !== items.length) {
      throw new Error(`${items.length} values, ${starts.offsetsMs.length} starts: ${line}`);
    }
    loaded.push({ labels, samples: samplesOf(items, stepMs, starts) });
    starts = undefined;
  }
  return withNative ? [...loaded, ...nativeHistograms(loaded)] : loaded;
}

function samplesOf(items: readonly Item[], stepMs: number, starts?: StartLine): LoadedSample[] {
  const samples: LoadedSample[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind === 'gap') continue;
    const timeMs = i * stepMs;
    const offsetMs = starts?.offsetsMs[i];
    samples.push({
      timeMs,
      item,
      ...(offsetMs === undefined ? {} : { startMs: timeMs + offsetMs }),
    });
  }
  return samples;
}
