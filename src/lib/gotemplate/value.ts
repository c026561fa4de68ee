// Values of templates, with Go's types told apart: `number` is a float64, `bigint` an int, `string` a
// string, `undefined` nil or no value. Lists, maps and objects carry the name of their type, because
// messages and printf show it.

export type GoValue =
  | string
  | number
  | bigint
  | boolean
  | undefined
  | GoList
  | GoMap
  | GoObject
  | GoFunction;

export class GoList {
  readonly items: readonly GoValue[];
  readonly typeName: string;
  constructor(items: readonly GoValue[], typeName = '[]interface {}') {
    this.items = items;
    this.typeName = typeName;
  }
}

export class GoMap {
  readonly entries: ReadonlyMap<string, GoValue>;
  readonly typeName: string;
  /** What a missing key gives with `missingkey=zero`. */
  readonly zero: GoValue;
  constructor(
    entries: ReadonlyMap<string, GoValue>,
    options: { readonly typeName?: string; readonly zero?: GoValue } = {},
  ) {
    this.entries = entries;
    this.typeName = options.typeName ?? 'map[string]interface {}';
    this.zero = options.zero;
  }

  /** A map[string]string. */
  static ofStrings(record: Readonly<Record<string, string>>): GoMap {
    const entries = new Map(Object.entries(record));
    return new GoMap(entries, { typeName: 'map[string]string', zero: '' });
  }
}

/** A struct or a named type, with fields and methods. */
export abstract class GoObject {
  abstract readonly typeName: string;
  /** Undefined when there is no such field. */
  field(_name: string): { readonly value: GoValue } | undefined {
    return undefined;
  }
  method(_name: string): GoFunction | undefined {
    return undefined;
  }
  /** As %v and an action print it. */
  abstract toText(): string;
  isTrue(): boolean {
    return true;
  }
  /** Of a named basic type, for comparisons. */
  basic(): string | number | bigint | boolean | undefined {
    return undefined;
  }
}

/** An int64, which is another type than int: a parameter takes only the one it names. */
export class GoInt64 extends GoObject {
  readonly typeName = 'int64';
  readonly value: bigint;
  /** Keeps the lower 64 bits, as sums and products that overflow do. */
  constructor(value: bigint) {
    super();
    this.value = BigInt.asIntN(64, value);
  }
  override toText(): string {
    return String(this.value);
  }
  override isTrue(): boolean {
    return this.value !== 0n;
  }
  override basic(): bigint {
    return this.value;
  }
}

/** Text that HTML mode takes as it is. */
export class GoHtml extends GoObject {
  readonly typeName = 'template.HTML';
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
  toText(): string {
    return this.text;
  }
  override isTrue(): boolean {
    return this.text !== '';
  }
}

/** What a parameter takes: a basic type, anything, or values of one named type. */
export type GoParameter =
  | 'string'
  | 'int'
  | 'float64'
  | 'bool'
  | 'any'
  | { readonly typeName: string; readonly accepts: (value: GoValue) => boolean };

/** What a function may ask of the execution that calls it. */
export interface GoCall {
  /** Counts characters that are about to be made; throws when there are too many. */
  charge(characters: number): void;
  /** Runs a template of the same text by its name. */
  execute(name: string, data: GoValue): string;
}

/**
 * A function that templates can call. It may throw any Error: its message ends the message of the
 * template. It must not keep what `call` gives it.
 */
export class GoFunction {
  readonly parameters: readonly GoParameter[];
  /** The type of any further arguments. */
  readonly variadic: GoParameter | undefined;
  readonly call: (args: readonly GoValue[], call: GoCall) => GoValue;
  constructor(
    parameters: readonly GoParameter[],
    call: (args: readonly GoValue[], call: GoCall) => GoValue,
    variadic?: GoParameter,
  ) {
    this.parameters = parameters;
    this.call = call;
    this.variadic = variadic;
  }
}

export const goFunction = (
  parameters: readonly GoParameter[],
  call: (args: readonly GoValue[], call: GoCall) => GoValue,
  variadic?: GoParameter,
): GoFunction => new GoFunction(parameters, call, variadic);

export function typeNameOf(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return '<nil>';
    default:
      return value instanceof GoFunction ? 'func()' : value.typeName;
  }
}

export const parameterName = (parameter: GoParameter): string =>
  typeof parameter === 'string'
    ? parameter === 'any'
      ? 'interface {}'
      : parameter
    : parameter.typeName;

export function isAssignable(value: GoValue, parameter: GoParameter): boolean {
  if (parameter === 'any') return true;
  return typeof parameter === 'string' ? typeNameOf(value) === parameter : parameter.accepts(value);
}

/** Whether `if` takes it for true: what is not the zero of its type. */
export function isTrue(value: GoValue): boolean {
  if (value instanceof GoList) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoObject) return value.isTrue();
  if (value instanceof GoFunction) return true;
  // NaN is not zero.
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** In the order in which Go visits and prints them. */
export function sortedEntries(map: GoMap): readonly (readonly [string, GoValue])[] {
  return [...map.entries].sort(([a], [b]) => compareText(a, b));
}

/** Go compares bytes of UTF-8, which is the order of code points. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  let i = 0;
  while (i < left.length && left[i] === right[i]) i++;
  if (i > 0 && /[\udc00-\udfff]/.test(left[i] ?? right[i] ?? '')) i--;
  return (left.codePointAt(i) ?? -1) - (right.codePointAt(i) ?? -1);
}

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
