// `drop`: lines that fulfil every condition go away.
import type { DropStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { compileExpression } from './regex-text.ts';
import { byteLength, textOf } from './value.ts';

type Condition = (entry: StageEntry, nowNano: () => bigint) => boolean;

export const drop = defineStage<DropStage>({
  kind: 'drop',
  doc: 'Drops lines by length, age, a value or an expression; all that is given has to be true.',
  example: "- drop:\n    expression: '.*debug.*'",
  prepare: (config) => {
    const conditions = conditionsOf(config);
    const reason = config.dropReason === '' ? 'drop_stage' : config.dropReason;
    return ({ clock, drop: release }, next) => {
      const nowNano = () => clock.nowNano();
      return (entry) => {
        for (const holds of conditions) {
          if (!holds(entry, nowNano)) {
            next(entry);
            return;
          }
        }
        release(entry, reason);
      };
    };
  },
});

function conditionsOf(config: DropStage): Condition[] {
  const { sources, expression, value, olderThanMs, longerThanBytes } = config;
  const isEmpty =
    sources.length === 0 &&
    expression === undefined &&
    olderThanMs === undefined &&
    longerThanBytes === undefined;
  if (isEmpty) {
    throw invalid(
      'drop stage config must contain at least one of `source`, `expression`, `older_than` or `longer_than`',
    );
  }
  if (value !== undefined && expression !== undefined) {
    throw invalid('`value` and `expression` cannot both be defined at the same time');
  }
  if (value !== undefined && sources.length === 0) {
    throw invalid('`value` needs a `source` to compare with');
  }
  const conditions: Condition[] = [];
  if (longerThanBytes !== undefined) {
    conditions.push(({ line }) => byteLength(line) > longerThanBytes);
  }
  if (olderThanMs !== undefined) {
    const ageNano = BigInt(Math.round(olderThanMs * 1e6));
    conditions.push(({ timeNano }, nowNano) => timeNano < nowNano() - ageNano);
  }
  if (sources.length > 0 || expression !== undefined) conditions.push(textCondition(config));
  return conditions;
}

function textCondition({ sources, separator, expression, value }: DropStage): Condition {
  const read = (entry: StageEntry): string | undefined =>
    sources.length === 0 ? entry.line : joined(entry, sources, separator);
  if (expression !== undefined) {
    const pattern = compileExpression(expression, 'drop stage regex compilation error');
    return (entry) => {
      const text = read(entry);
      return text !== undefined && pattern.test(text);
    };
  }
  if (value !== undefined) return (entry) => read(entry) === value;
  return ({ extracted }) => sources.every((source) => extracted.has(source));
}

/** Of those that are there. Undefined when one of them is no text. */
function joined(
  { extracted }: StageEntry,
  sources: readonly string[],
  separator: string,
): string | undefined {
  const texts: string[] = [];
  for (const source of sources) {
    const value = extracted.get(source);
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(separator);
}
