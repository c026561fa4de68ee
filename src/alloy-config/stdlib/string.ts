// string.*: texts.
import { EvaluationError, type StandardFunction, unknownIn, type Value } from '../value.ts';
import { takes } from './arguments.ts';

/** Go's verbs for what Alloy's values can be: `%s %d %v %q %t %f %x %%`, with width and precision. */
const format: StandardFunction = (args) => {
  const lost = unknownIn(args);
  if (lost !== undefined) return lost;
  const [pattern, ...values] = args;
  if (typeof pattern !== 'string') throw new EvaluationError('takes a pattern first');
  let next = 0;
  return pattern.replace(/%([-+0 ]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g, (whole, ...parts) => {
    const [flags, width, precision, verb] = parts as [string, string, string | undefined, string];
    if (verb === '%') return '%';
    if (next >= values.length) throw new EvaluationError(`nothing is left for ${whole}`);
    const text = formatted(values[next++] as Value, verb, precision);
    const size = Number(width || 0);
    if (flags.includes('-')) return text.padEnd(size);
    return text.padStart(size, flags.includes('0') ? '0' : ' ');
  });
};

function formatted(value: Value, verb: string, precision: string | undefined): string {
  const digits = precision === undefined ? undefined : Number(precision);
  switch (verb) {
    case 'd':
      return String(Math.trunc(Number(value)));
    case 'f':
      return Number(value).toFixed(digits ?? 6);
    case 'q':
      return JSON.stringify(String(value));
    case 'x':
      return typeof value === 'number'
        ? value.toString(16)
        : Buffer.from(String(value)).toString('hex');
    default:
      return digits === undefined ? String(value) : String(value).slice(0, digits);
  }
}

const trimOf = (text: string, set: string, ends: 'both' | 'start' | 'end'): string => {
  const characters = [...text];
  let start = 0;
  let end = characters.length;
  while (ends !== 'end' && start < end && set.includes(characters[start] as string)) start += 1;
  while (ends !== 'start' && end > start && set.includes(characters[end - 1] as string)) end -= 1;
  return characters.slice(start, end).join('');
};

export const string = {
  format,
  join: takes(['array', 'string'], (items, separator) => items.map(String).join(separator)),
  replace: takes(['string', 'string', 'string'], (text, from, to) => text.replaceAll(from, to)),
  split: takes(['string', 'string'], (text, separator) => text.split(separator)),
  to_lower: takes(['string'], (text) => text.toLowerCase()),
  to_upper: takes(['string'], (text) => text.toUpperCase()),
  trim: takes(['string', 'string'], (text, set) => trimOf(text, set, 'both')),
  trim_prefix: takes(['string', 'string'], (text, prefix) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trim_suffix: takes(['string', 'string'], (text, suffix) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  trim_space: takes(['string'], (text) => text.trim()),
};
