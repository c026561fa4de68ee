// `structured_metadata`: values and labels become structured metadata. A label that did goes away.
import type { StructuredMetadataStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { resolveSources } from './labels.ts';
import { compileExpression } from './regex-text.ts';
import { labelTextOf } from './value.ts';

export const structuredMetadata = defineStage<StructuredMetadataStage>({
  kind: 'structured_metadata',
  doc: 'Makes structured metadata of values, or of labels, which it takes away then.',
  example: '- structured_metadata:\n    trace_id:\n    user: user_name',
  prepare: ({ values, regex }) => {
    const isByName = regex !== undefined && regex !== '';
    if (values.length === 0 && !isByName) throw invalid('structured metadata cannot be empty');
    const wanted = resolveSources(values);
    const pattern = isByName
      ? compileExpression(regex, 'could not compile regular expression')
      : undefined;
    return (_, next) => (entry) => {
      for (const [name, source] of wanted) take(entry, name, source);
      if (pattern) {
        for (const name of new Set([...entry.extracted.keys(), ...entry.labels.keys()])) {
          if (pattern.test(name)) take(entry, name, name);
        }
      }
      next(entry);
    };
  },
});

function take(entry: StageEntry, name: string, source: string): void {
  const label = entry.labels.get(source);
  const value = labelTextOf(entry.extracted.get(source)) ?? label;
  if (value === undefined) return;
  const known = entry.metadata.findIndex(([taken]) => taken === name);
  if (known >= 0) entry.metadata[known] = [name, value];
  else entry.metadata.push([name, value]);
  if (label === value) entry.labels.delete(source);
}
