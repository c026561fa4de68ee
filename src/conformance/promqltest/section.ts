// A script cut into sections that need no order: evals that see the same data, with that data.
import { compareLabels } from '#query/vector/label.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import { type LoadedSample, type LoadedSeries, loadSeries } from './load.ts';
import type { Command, Eval } from './script.ts';

export interface Section {
  readonly series: readonly LoadedSeries[];
  readonly evals: readonly Eval[];
}

export function toSections(commands: readonly Command[]): Section[] {
  const sections: { series: readonly LoadedSeries[]; evals: Eval[] }[] = [];
  let loaded: LoadedSeries[] = [];
  let isNew = true;
  for (const command of commands) {
    if (command.kind === 'eval') {
      if (isNew) sections.push({ series: mergeSeries(loaded), evals: [] });
      isNew = false;
      sections.at(-1)?.evals.push(command);
      continue;
    }
    loaded = command.kind === 'clear' ? [] : [...loaded, ...loadSeries(command)];
    isNew = true;
  }
  return sections;
}

/** Each series once, its samples in the order of time; of one time the last holds. */
function mergeSeries(loaded: readonly LoadedSeries[]): LoadedSeries[] {
  const merged = new Map<string, { labels: Labels; samples: Map<number, LoadedSample> }>();
  for (const { labels, samples } of loaded) {
    const key = labelsKey(labels);
    const one = merged.get(key) ?? { labels, samples: new Map() };
    merged.set(key, one);
    for (const sample of samples) one.samples.set(sample.timeMs, sample);
  }
  return [...merged.values()]
    .map(({ labels, samples }) => ({
      labels,
      samples: [...samples.values()].sort((a, b) => a.timeMs - b.timeMs),
    }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
}
