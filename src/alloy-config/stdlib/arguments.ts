// How functions of the standard library take their arguments.
import {
  EvaluationError,
  isArray,
  isObject,
  type StandardFunction,
  typeOf,
  unknownIn,
  type Value,
} from '../value.ts';

type Kind = 'string' | 'array' | 'object' | 'any';
interface Kinds {
  readonly string: string;
  readonly array: readonly Value[];
  readonly object: ReadonlyMap<string, Value>;
  readonly any: Value;
}

const converters: { readonly [K in Kind]: (value: Value) => Kinds[K] | undefined } = {
  string: (value) => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value : undefined;
  },
  array: (value) => (isArray(value) ? value : undefined),
  object: (value) => (isObject(value) ? value : undefined),
  any: (value) => value,
};

/** A function of exactly these arguments. Unknown in, unknown out. */
export function takes<const K extends readonly Kind[]>(
  kinds: K,
  run: (...args: { [I in keyof K]: Kinds[K[I]] }) => Value,
): StandardFunction {
  return (args) => {
    if (args.length !== kinds.length) {
      throw new EvaluationError(`takes ${kinds.length} arguments, got ${args.length}`);
    }
    const lost = unknownIn(args);
    if (lost !== undefined) return lost;
    const converted = kinds.map((kind, i) => {
      const value = converters[kind](args[i] as Value);
      if (value !== undefined) return value;
      throw new EvaluationError(`expected ${kind}, got ${typeOf(args[i] as Value)}`);
    });
    return run(...(converted as unknown as { [I in keyof K]: Kinds[K[I]] }));
  };
}
