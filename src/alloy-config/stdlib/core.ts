// Functions without a namespace, and convert.*, sys.*, file.*.
import { join } from 'node:path';
import {
  EvaluationError,
  isArray,
  isObject,
  type StandardFunction,
  unknownIn,
  type Value,
} from '../value.ts';

const isEmpty = (value: Value): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (isArray(value) && value.length === 0) ||
  (isObject(value) && value.size === 0);

/** The first that says something, else the last. What is unknown may say something. */
const coalesce: StandardFunction = (args) =>
  args.find((arg) => !isEmpty(arg)) ?? args.at(-1) ?? null;

const env: StandardFunction = (args, { env: variables }) => {
  const [name] = args;
  if (args.length !== 1 || typeof name !== 'string') {
    throw new EvaluationError('takes the name of a variable');
  }
  return variables[name] ?? '';
};

const nonsensitive: StandardFunction = (args) => {
  if (args.length !== 1) throw new EvaluationError(`takes 1 argument, got ${args.length}`);
  return args[0] as Value;
};

const pathJoin: StandardFunction = (args) => {
  return unknownIn(args) ?? join(...args.map(String));
};

export const core = { coalesce };
export const convert = { nonsensitive };
export const sys = { env };
export const file = { path_join: pathJoin };
