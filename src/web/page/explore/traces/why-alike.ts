// Why a comparison of spans shows nothing. Pure.

import type { NoteProps } from '../../../component/Note.tsx';
import type { ComparisonScene } from '../../../panel/span-compare/layout.ts';

/** Undefined when there is something to show. */
export function whyNothingDiffers(
  { selection, baseline, attributes }: ComparisonScene,
  showTraces: () => void,
): NoteProps | undefined {
  const steps = [{ label: 'Show the traces', run: showTraces }];
  if (selection === 0 && baseline === 0) {
    const detail = 'Either the search finds no spans in this time range, or all of them are alike.';
    return { kind: 'empty', title: 'There is nothing to compare.', detail, steps };
  }
  if (selection === 0) {
    const detail = 'All spans of the search are among the others.';
    return { kind: 'empty', title: 'No span fits the selection.', detail, steps };
  }
  if (baseline === 0) {
    const detail = 'All spans of the search fit the selection. A wider search has others, too.';
    return { kind: 'empty', title: 'There are no other spans to compare with.', detail, steps };
  }
  if (attributes.length > 0) return undefined;
  const detail = 'Every attribute has about the same values in both.';
  return { kind: 'empty', title: 'Nothing tells these spans from the others.', detail, steps };
}
