// `| logfmt [--strict] [--keep-empty] [x="key", …]`. Without --strict broken pairs are passed over,
// without --keep-empty keys that have no value.
// https://grafana.com/docs/loki/latest/query/log_queries/#logfmt
import type { LogfmtStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { type StageRun, toLabelName } from './entry.ts';
import { logfmtPairs } from './logfmt-scan.ts';

export const logfmt = defineStage<LogfmtStage>({
  kind: 'logfmt',
  name: 'logfmt',
  doc: 'Makes labels of the pairs of a logfmt line.',
  example: '| logfmt --strict duration, code="status"',
  changes: { labels: true },
  evaluate: (stage) => (stage.extractions.length === 0 ? extractAll(stage) : extractKeys(stage)),
});

function extractAll({ isStrict, keepsEmpty }: LogfmtStage): StageRun {
  return ({ line, labels }) => {
    const seen = new Set<string>();
    for (const pair of logfmtPairs(line)) {
      if ('fault' in pair) {
        if (!isStrict) continue;
        labels.fail('LogfmtParserErr', pair.fault);
        return true;
      }
      const name = toLabelName(pair.key);
      if ((!pair.value && !keepsEmpty) || seen.has(name)) continue;
      seen.add(name);
      labels.extract(name, pair.value ?? '');
    }
    return true;
  };
}

function extractKeys({ isStrict, keepsEmpty, extractions }: LogfmtStage): StageRun {
  return ({ line, labels }) => {
    const found = new Map<string, string>();
    for (const pair of logfmtPairs(line)) {
      if ('fault' in pair) {
        if (!isStrict) continue;
        labels.fail('LogfmtParserErr', pair.fault);
        break;
      }
      if (!found.has(pair.key)) found.set(pair.key, pair.value ?? '');
    }
    for (const { label, expression } of extractions) {
      const value = found.get(expression) ?? '';
      if (value !== '' || keepsEmpty || !labels.get(label)) labels.extract(label, value);
    }
    return true;
  };
}
