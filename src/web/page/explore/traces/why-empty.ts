// Why a search found no traces, from facts that are cheap to ask. Pure but for `askFacts`.

import type { NoteProps, Step } from '../../../component/Note.tsx';
import { searchTraces } from '../../../data/tempo/search.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';

export interface EmptyFacts {
  readonly anyInRange: boolean;
  readonly anyInWeek: boolean;
}

const weekMs = 604_800_000;

export async function askFacts(range: ResolvedRange, signal: AbortSignal): Promise<EmptyFacts> {
  const any = async (within: ResolvedRange): Promise<boolean> =>
    (await searchTraces({ query: '{}', range: within, limit: 1 }, signal)).length > 0;
  const anyInRange = await any(range);
  const week = { fromMs: range.toMs - weekMs, toMs: range.toMs };
  return { anyInRange, anyInWeek: anyInRange || (await any(week)) };
}

export interface EmptySteps {
  readonly lastDay: Step;
  readonly lastWeek: Step;
  readonly everything: Step;
}

export function whyEmpty({ anyInRange, anyInWeek }: EmptyFacts, steps: EmptySteps): NoteProps {
  if (anyInRange) {
    return {
      kind: 'empty',
      title: 'No trace matches the search.',
      detail: 'There are traces in this time range, but none has a span with all of this.',
      steps: [steps.everything, steps.lastDay],
    };
  }
  if (anyInWeek) {
    return {
      kind: 'empty',
      title: 'There are no traces in this time range.',
      detail: 'There are traces at other times.',
      steps: [steps.lastDay, steps.lastWeek],
    };
  }
  return {
    kind: 'empty',
    title: 'There are no traces yet.',
    detail: 'Send some with OTLP to port 4317 (gRPC) or 4318 (HTTP). They appear here at once.',
  };
}
