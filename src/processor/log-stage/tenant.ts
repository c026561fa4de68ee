// `tenant`: whose line it is.
import type { TenantStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { textOf } from './value.ts';

export const tenant = defineStage<TenantStage>({
  kind: 'tenant',
  doc: 'Sets the tenant from a value, a label, or to a fixed one.',
  example: '- tenant:\n    source: customer_id',
  prepare: ({ source = '', value = '', label = '' }) => {
    const given = [source, value, label].filter((text) => text !== '');
    if (given.length === 0) throw invalid('label, source or value config are required');
    if (given.length > 1) {
      throw invalid(
        'label, source and value are mutually exclusive: you should set source, value or label but not all',
      );
    }
    const read = (entry: StageEntry): string | undefined => {
      if (value !== '') return value;
      return label === '' ? textOf(entry.extracted.get(source)) : entry.labels.get(label);
    };
    return (_, next) => (entry) => {
      const found = read(entry);
      if (found !== undefined && found !== '') entry.tenant = found;
      next(entry);
    };
  },
});
