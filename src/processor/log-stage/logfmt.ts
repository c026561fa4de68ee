// `logfmt`: pairs of the line become values.
import type { LogfmtStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid } from './definition.ts';
import { readLogfmt } from './logfmt-text.ts';
import { checkSource, sourceText } from './source.ts';

export const logfmt = defineStage<LogfmtStage>({
  kind: 'logfmt',
  doc: 'Takes values of a logfmt line.',
  example: '- logfmt:\n    mapping:\n      level:\n      user: user_name',
  prepare: ({ mapping, source }) => {
    if (mapping.length === 0) throw invalid('logfmt mapping is required');
    checkSource(source);
    // A key may be wanted under several names.
    const namesByKey = new Map<string, string[]>();
    for (const [name, key] of mapping) {
      const wanted = key === '' ? name : key;
      namesByKey.set(wanted, [...(namesByKey.get(wanted) ?? []), name]);
    }
    return changing('logfmt', (entry) => {
      const text = sourceText(entry, source);
      if (text === undefined) return;
      readLogfmt(text, (key, value) => {
        for (const name of namesByKey.get(key) ?? []) entry.extracted.set(name, value);
      });
    });
  },
});
