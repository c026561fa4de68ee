// `structured_metadata_drop`: metadata goes away.
import type { StructuredMetadataDropStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';

export const structuredMetadataDrop = defineStage<StructuredMetadataDropStage>({
  kind: 'structured_metadata_drop',
  doc: 'Takes structured metadata away by name.',
  example: '- structured_metadata_drop:\n    values: [internal_id]',
  prepare: ({ names }) => {
    if (names.length === 0) throw invalid('structured metadata drop needs names');
    const unwanted = new Set(names);
    return (_, next) => (entry) => {
      if (entry.metadata.some(([name]) => unwanted.has(name))) {
        entry.metadata = entry.metadata.filter(([name]) => !unwanted.has(name));
      }
      next(entry);
    };
  },
});
