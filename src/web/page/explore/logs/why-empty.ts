// Why a log query has no lines, from facts that are cheap to ask. Pure but for `askFacts`.

import type { NoteProps, Step } from '../../../component/Note.tsx';
import { queryLogLabels } from '../../../data/loki/labels.ts';
import { queryStreams } from '../../../data/loki/series.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { isLineQuery, withoutFilters } from './edit-query.ts';

export interface EmptyFacts {
  readonly anyInRange: boolean;
  readonly anyInWeek: boolean;
  /** Streams that the selector alone finds in the range. */
  readonly streamCount: number;
  readonly hasFilters: boolean;
}

const weekMs = 604_800_000;

export async function askFacts(
  query: string,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<EmptyFacts> {
  const selector = withoutFilters(query);
  const week = { fromMs: range.toMs - weekMs, toMs: range.toMs };
  const [inRange, inWeek, streams] = await Promise.all([
    queryLogLabels(range, signal),
    queryLogLabels(week, signal),
    isLineQuery(query) ? queryStreams(selector, range, signal).catch(() => []) : [],
  ]);
  return {
    anyInRange: inRange.length > 0,
    anyInWeek: inWeek.length > 0,
    streamCount: streams.length,
    hasFilters: selector !== query.trim(),
  };
}

export interface EmptySteps {
  readonly lastWeek: Step;
  readonly lastDay: Step;
  readonly withoutFilters: Step;
  readonly everything: Step;
}

export function whyEmpty(facts: EmptyFacts, steps: EmptySteps): NoteProps {
  if (!facts.anyInRange && !facts.anyInWeek) {
    return {
      kind: 'empty',
      title: 'There are no logs yet.',
      detail:
        'Send some with OTLP to port 4317 (gRPC) or 4318 (HTTP), or push them as to Loki. They appear here at once.',
    };
  }
  if (!facts.anyInRange) {
    return {
      kind: 'empty',
      title: 'No service wrote logs in this time range.',
      detail: 'There are logs at other times.',
      steps: [steps.lastDay, steps.lastWeek],
    };
  }
  if (facts.streamCount === 0) {
    return {
      kind: 'empty',
      title: 'No stream has these labels.',
      detail: 'There are logs in this time range, but the labels in braces match none of them.',
      steps: [steps.everything, steps.lastDay],
    };
  }
  const count = facts.streamCount === 1 ? 'One stream has' : `${facts.streamCount} streams have`;
  return {
    kind: 'empty',
    title: facts.hasFilters ? 'No line passes the filters.' : 'These streams have no lines here.',
    detail: `${count} these labels in this time range.`,
    steps: facts.hasFilters ? [steps.withoutFilters, steps.lastDay] : [steps.lastDay],
  };
}
