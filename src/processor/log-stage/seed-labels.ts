// Labels are values, too, at the beginning of a pipeline.
import type { StageEntry } from './definition.ts';

export function seedLabels({ labels, extracted }: StageEntry): void {
  for (const [name, value] of labels) extracted.set(name, value);
}
