// Why a metric query has no answer, from facts that are cheap to ask. Pure but for `askFacts`.

import type { NoteProps, Step } from '../../../component/Note.tsx';
import { queryLabelValues } from '../../../data/prometheus/label-values.ts';
import { metricIn } from '../../../editor/context.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';

export interface EmptyFacts {
  readonly metric: string;
  /** Names that have samples in the range, and ever. */
  readonly namesInRange: readonly string[];
  readonly namesEver: readonly string[];
  readonly hasMatchers: boolean;
  readonly hasWindow: boolean;
}

export async function askFacts(
  query: string,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<EmptyFacts> {
  const name = '__name__';
  const [namesInRange, namesEver] = await Promise.all([
    queryLabelValues({ name, range }, signal),
    queryLabelValues({ name, range: undefined }, signal),
  ]);
  return {
    metric: metricIn(query),
    namesInRange,
    namesEver,
    hasMatchers: /\{[^}]/.test(query),
    hasWindow: /\[\w+\]/.test(query),
  };
}

export interface EmptySteps {
  readonly lastDay: Step;
  readonly withoutMatchers: Step;
  readonly longerWindow: Step;
  readonly ask: (metric: string) => Step;
}

export function whyEmpty(facts: EmptyFacts, steps: EmptySteps): NoteProps {
  const { metric, namesInRange, namesEver, hasMatchers } = facts;
  if (namesEver.length === 0) {
    return {
      kind: 'empty',
      title: 'There are no metrics yet.',
      detail: 'Send some with OTLP to port 4317 (gRPC) or 4318 (HTTP). They appear here at once.',
    };
  }
  if (metric !== '' && !namesEver.includes(metric)) {
    const similar = similarNames(metric, namesEver);
    return {
      kind: 'empty',
      title: `There is no metric named ${metric}.`,
      detail:
        similar.length > 0
          ? 'Perhaps one of these was meant:'
          : 'The list at the left has all names.',
      steps: similar.map(steps.ask),
    };
  }
  if (metric !== '' && !namesInRange.includes(metric)) {
    return {
      kind: 'empty',
      title: `${metric} has no samples in this time range.`,
      detail: 'It has samples at other times.',
      steps: [steps.lastDay],
    };
  }
  if (hasMatchers) {
    return {
      kind: 'empty',
      title: 'No series matches the labels in braces.',
      detail: `${metric === '' ? 'There are metrics' : `${metric} has samples`} in this time range, but not with these labels.`,
      steps: [steps.withoutMatchers],
    };
  }
  return {
    kind: 'empty',
    title: 'The query is right but gives no series here.',
    detail:
      'rate() and its kin need two samples within their window, and comparisons keep only what is true. A longer window or time range may help.',
    steps: facts.hasWindow ? [steps.longerWindow, steps.lastDay] : [steps.lastDay],
  };
}

/** Names that share words with the wanted one, the most words first. */
export function similarNames(wanted: string, names: readonly string[]): readonly string[] {
  const words = wanted
    .toLowerCase()
    .split(/[_:]+/)
    .filter((word) => word.length > 2);
  return names
    .map((name) => ({ name, shared: words.filter((w) => name.toLowerCase().includes(w)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.name.length - b.name.length)
    .slice(0, 4)
    .map(({ name }) => name);
}
