// json_path: values of a JSON text under a path of names and positions.
import { messageOf } from '#lib/errors.ts';
import { EvaluationError, isArray, isObject, type Value, valueOfJson } from '../value.ts';
import { takes } from './arguments.ts';

const step = /\.\.?([\w-]+|\*)|\[(?:'([^']*)'|"([^"]*)"|(-?\d+)|(\*))\]/y;

/** Always a list: of everything that the path meets. Filters are not known here. */
export const jsonPath = takes(['string', 'string'], (text, path) => {
  let found: Value[];
  try {
    found = [valueOfJson(JSON.parse(text))];
  } catch (error) {
    throw new EvaluationError(messageOf(error));
  }
  let at = path.startsWith('$') ? 1 : 0;
  const steps = at === 0 && !/^[.[]/.test(path) ? `.${path}` : path;
  while (at < steps.length) {
    step.lastIndex = at;
    const match = step.exec(steps);
    if (!match) throw new EvaluationError(`the path ${path} is not understood`);
    at += match[0].length;
    const name = match[1] ?? match[2] ?? match[3] ?? match[5];
    const isDeep = match[0].startsWith('..');
    const from = isDeep ? found.flatMap(withDescendants) : found;
    found = from.flatMap((value) => childrenOf(value, name, match[4]));
  }
  return found;
});

const itemsOf = (value: Value): readonly Value[] => {
  if (isArray(value)) return value;
  return isObject(value) ? [...value.values()] : [];
};

const withDescendants = (value: Value): Value[] => [
  value,
  ...itemsOf(value).flatMap(withDescendants),
];

function childrenOf(value: Value, name: string | undefined, index: string | undefined): Value[] {
  if (name === '*') return [...itemsOf(value)];
  if (name !== undefined) {
    const child = isObject(value) ? value.get(name) : undefined;
    return child === undefined ? [] : [child];
  }
  const child = isArray(value) ? value.at(Number(index)) : undefined;
  return child === undefined ? [] : [child];
}
