// Attribute values as text that keeps its type. Strings are stored as they are; every other type
// starts with one control byte. So a map of attributes is Map(String, String) in the engine, a
// comparison with a string needs no parsing, and nothing of the OTLP type is lost.
//
//   string   the text itself (with a \x07 in front if it begins with one of \x01 … \x07)
//   bool     \x01 true | false            int     \x02 decimal digits
//   double   \x03 shortest decimal, NaN, Infinity, -Infinity
//   bytes    \x04 base64                  array, kvlist   \x05 JSON
//   empty    \x06
//
// In the JSON of \x05 a double has a point or an exponent (1.0), an integer has neither.
// Spec: https://opentelemetry.io/docs/specs/otel/common/#anyvalue

export const attributeTag = {
  bool: 0x01,
  int: 0x02,
  double: 0x03,
  bytes: 0x04,
  json: 0x05,
  empty: 0x06,
  escapedString: 0x07,
} as const;

export type AttributeType = 'string' | 'bool' | 'int' | 'double' | 'bytes' | 'json' | 'empty';

const typeOfTag: Record<number, AttributeType> = {
  1: 'bool',
  2: 'int',
  3: 'double',
  4: 'bytes',
  5: 'json',
  6: 'empty',
  7: 'string',
};

/** The type of a stored value, from its first byte. */
export function attributeTypeOf(stored: string): AttributeType {
  return typeOfTag[stored.charCodeAt(0)] ?? 'string';
}

/** The value as a label or a person sees it: the text without the type byte. */
export function attributeText(stored: string): string {
  const first = stored.charCodeAt(0);
  return first >= 1 && first <= 7 ? stored.slice(1) : stored;
}

/** A map as an attribute per value, `http.method` for `method` in `http`; anything else as it is. */
export function flattenAttribute(key: string, stored: string): [key: string, text: string][] {
  if (!stored.startsWith('\x05{')) return [[key, attributeText(stored)]];
  const flatten = (prefix: string, value: unknown): [string, string][] => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]];
    }
    return Object.entries(value).flatMap(([name, inner]) => flatten(`${prefix}.${name}`, inner));
  };
  return flatten(key, JSON.parse(stored.slice(1)));
}

export type AttributeInput =
  | string
  | boolean
  | number
  | bigint
  | readonly unknown[]
  | object
  | null;

/** Stored text of a JavaScript value: integers as int, other numbers as double. */
export function toStoredAttribute(value: AttributeInput): string {
  if (typeof value === 'string') {
    const first = value.charCodeAt(0);
    return first >= 1 && first <= 7 ? `\x07${value}` : value;
  }
  if (typeof value === 'boolean') return `\x01${value}`;
  if (typeof value === 'bigint') return `\x02${value}`;
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? `\x02${value}` : `\x03${value}`;
  }
  if (value === null) return '\x06';
  return `\x05${JSON.stringify(value)}`;
}
