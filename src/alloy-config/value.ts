// What expressions of an Alloy file evaluate to.
import type { Place } from '#prometheus-config/place.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';

export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | FunctionValue
  | Capsule;

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly call: StandardFunction;
}
/** Throws EvaluationError for arguments that it does not take. */
export type StandardFunction = (args: readonly Value[], context: CallContext) => Value;

export interface CallContext {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What only components understand. */
export type Capsule =
  /** Takes lines. Ids of nodes. */
  | { readonly kind: 'receiver'; readonly ids: readonly string[] }
  /** Stands in a list for any number of targets. */
  | { readonly kind: 'targets'; readonly id: string }
  | { readonly kind: 'rules'; readonly rules: readonly RelabelConfig[] }
  /**
   * Known only to Alloy while it runs. `of` says whose it is. Silent: nothing is to be said of it, since
   * what is wrong is said elsewhere, or nothing is.
   */
  | { readonly kind: 'unknown'; readonly of: string; readonly isSilent: boolean };

export class EvaluationError extends Error {
  /** Undefined: where the call stands. */
  readonly place: Place | undefined;
  constructor(message: string, place?: Place) {
    super(message);
    this.place = place;
  }
}

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isObject = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map;
export const isCapsule = (value: Value): value is Capsule | FunctionValue =>
  typeof value === 'object' && value !== null && 'kind' in value;

export const unknown = (of: string, isSilent = false): Value => ({ kind: 'unknown', of, isSilent });

/** The first unknown in it, however deep. */
export function unknownIn(value: Value): Value | undefined {
  if (isArray(value)) return firstOf(value);
  if (isObject(value)) return firstOf([...value.values()]);
  return isCapsule(value) && value.kind === 'unknown' ? value : undefined;
}

function firstOf(values: readonly Value[]): Value | undefined {
  for (const value of values) {
    const found = unknownIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name of its type, as Alloy says it. */
export function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'object') return value.kind === 'function' ? 'function' : 'capsule';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** What JSON and YAML hold, as a value. */
export function valueOfJson(json: unknown): Value {
  if (Array.isArray(json)) return json.map(valueOfJson);
  if (typeof json === 'object' && json !== null) {
    return new Map(Object.entries(json).map(([key, item]) => [key, valueOfJson(item)]));
  }
  const isPlain = ['string', 'number', 'boolean'].includes(typeof json);
  return isPlain ? (json as string | number | boolean) : null;
}
