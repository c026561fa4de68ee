// array.*: lists of values, lists of targets above all.
import { EvaluationError, isArray, isObject, typeOf, unknownIn, type Value } from '../value.ts';
import { takes } from './arguments.ts';

/** Targets that come and go are one item of the lists, so that lists of them can be joined, too. */
const concat = (args: readonly Value[]): Value =>
  args.flatMap((arg) => {
    if (isArray(arg)) return arg;
    const lost = unknownIn(arg);
    if (lost !== undefined) return [lost];
    throw new EvaluationError(`expected array, got ${typeOf(arg)}`);
  });

/** Each pair of objects that agree on the keys, as one; what the right one says counts. */
const combineMaps = takes(['array', 'array', 'array'], (left, right, keys) =>
  left.flatMap((a) =>
    right.flatMap((b) => {
      if (!isObject(a) || !isObject(b)) throw new EvaluationError('expected arrays of objects');
      const agree = keys.every(
        (key) => a.has(String(key)) && a.get(String(key)) === b.get(String(key)),
      );
      return agree && keys.length > 0 ? [new Map([...a, ...b])] : [];
    }),
  ),
);

const groupBy = takes(['array', 'string', 'any'], (items, key, dropsMissing) => {
  const groups = new Map<string, Value[]>();
  for (const item of items) {
    if (!isObject(item)) throw new EvaluationError('expected an array of objects');
    const value = item.get(key);
    if (value === undefined && dropsMissing === true) continue;
    const name = String(value ?? '');
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups].map(
    ([name, group]) =>
      new Map<string, Value>([
        [key, name],
        ['items', group],
      ]),
  );
});

export const array = { concat, combine_maps: combineMaps, group_by: groupBy };
