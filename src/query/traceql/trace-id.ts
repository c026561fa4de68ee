// Trace ids as people and programs write them. Hexadecimal, short ones padded on the left; unless
// strict also a UUID and a decimal. Digits alone can be both: then hexadecimal comes first.
import { InputError } from '#lib/errors.ts';

const hexDigits = 32;
const idMax = 1n << 128n;

/** The ids that `text` can mean, as 32 hex digits, likeliest first; throws `traceql_trace_id`. */
export function parseTraceId(text: string, isStrict: boolean): string[] {
  const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
  const plain = (isUuid && !isStrict ? text.replaceAll('-', '') : text).toLowerCase();
  const wrong = /[^\da-f]/.exec(plain);
  if (wrong || plain === '') {
    const detail = wrong ? `: invalid character '${wrong[0]}' at position ${wrong.index + 1}` : '';
    throw refused(`trace IDs can only contain hex characters${detail}`, isStrict);
  }
  const ids: string[] = [];
  if (plain.length <= hexDigits) ids.push(plain.padStart(hexDigits, '0'));
  if (!isStrict && !isUuid && /^\d+$/.test(plain)) {
    const value = BigInt(plain);
    const hex = value.toString(16).padStart(hexDigits, '0');
    if (value < idMax && !ids.includes(hex)) ids.push(hex);
  }
  if (ids.length === 0) throw refused("trace IDs can't be larger than 128 bits", isStrict);
  return ids;
}

const refused = (message: string, isStrict: boolean): InputError =>
  new InputError('traceql_trace_id', message, {
    hint: `Write 1 to 32 hexadecimal digits${isStrict ? '' : ', a UUID or a decimal number'}.`,
  });
