// Where a stage takes its text from: a value that was found before, or the line.
import type { StageEntry } from './definition.ts';
import { invalid } from './definition.ts';
import { textOf } from './value.ts';

/** Undefined when there is nothing, or no text. */
export function sourceText(entry: StageEntry, source: string | undefined): string | undefined {
  return source === undefined ? entry.line : textOf(entry.extracted.get(source));
}

/** Throws InputError `log_stage_invalid` for a source that is given and empty. */
export function checkSource(source: string | undefined): void {
  if (source === '') throw invalid('source is empty: leave it out to take the line');
}
