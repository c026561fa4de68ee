// JSON values as JMESPath sees them. Only own keys of objects count.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldOf = (value: Json, name: string): Json =>
  isObject(value) && Object.hasOwn(value, name) ? (value[name] as Json) : null;

export const itemOf = (value: Json, index: number): Json => {
  if (!Array.isArray(value)) return null;
  return value[index < 0 ? value.length + index : index] ?? null;
};

/** Empty strings, lists and objects, null and false are false. */
export const isTrue = (value: Json): boolean => {
  if (value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
};

export function isEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, i) => isEqual(item, right[i] as Json));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && isEqual(left[name] as Json, right[name] as Json),
    )
  );
}

export function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
