// ip("…"): one address, a range `a-b` or a CIDR block, v4 or v6. In a line, the first run of address
// characters that is an address decides. https://grafana.com/docs/loki/latest/query/ip/
import { InputError, type TextSpan } from '#lib/errors.ts';

interface AddressRange {
  readonly bits: 32 | 128;
  readonly from: bigint;
  readonly to: bigint;
}

/** Throws InputError `logql_parse` when the pattern is none. */
export function parseIpPattern(pattern: string, span: TextSpan, stageText: string): AddressRange {
  const range = readPattern(pattern);
  if (range) return range;
  throw new InputError(
    'logql_parse',
    `parse error : stage '${stageText}' : ip: invalid pattern: ${JSON.stringify(pattern)}`,
    { span },
  );
}

function readPattern(pattern: string): AddressRange | undefined {
  const dash = pattern.indexOf('-');
  if (dash >= 0) {
    const from = parseAddress(pattern.slice(0, dash).trim());
    const to = parseAddress(pattern.slice(dash + 1).trim());
    if (!from || !to || from.bits !== to.bits || from.value > to.value) return undefined;
    return { bits: from.bits, from: from.value, to: to.value };
  }
  const [text, length, ...rest] = pattern.split('/');
  const address = parseAddress(text as string);
  if (!address || rest.length > 0) return undefined;
  if (length === undefined) return { bits: address.bits, from: address.value, to: address.value };
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.bits) return undefined;
  const size = 1n << BigInt(address.bits - Number(length));
  const from = address.value - (address.value % size);
  return { bits: address.bits, from, to: from + size - 1n };
}

export function isInRange(text: string, range: AddressRange): boolean {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    address.bits === range.bits &&
    address.value >= range.from &&
    address.value <= range.to
  );
}

/** Whether any address in the line is in the range. */
export function lineHasAddress(line: string, range: AddressRange): boolean {
  const candidates = range.bits === 32 ? /\d+\.\d+\.\d+\.\d+/g : /[\da-fA-F]*:[\da-fA-F:.]+/g;
  for (const [candidate] of line.matchAll(candidates)) {
    if (isInRange(candidate, range)) return true;
    if (range.bits === 128 && isInRange(candidate.replace(/[:.]+$/, ''), range)) return true;
  }
  return false;
}

function parseAddress(text: string): { bits: 32 | 128; value: bigint } | undefined {
  const four = parseFour(text);
  if (four !== undefined) return { bits: 32, value: four };
  const six = parseSix(text);
  return six === undefined ? undefined : { bits: 128, value: six };
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return value;
}

function parseSix(text: string): bigint | undefined {
  let rest = text;
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail) {
    const four = parseFour(tail[1] as string);
    if (four === undefined) return undefined;
    const words = `${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
    rest = text.slice(0, -(tail[1] as string).length) + words;
  }
  const halves = rest.split('::');
  if (halves.length > 2 || !rest.includes(':')) return undefined;
  const words = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], end = []] = words;
  const missing = 8 - head.length - end.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const word of [...head, ...new Array<string>(missing).fill('0'), ...end]) {
    if (!/^[\da-fA-F]{1,4}$/.test(word)) return undefined;
    value = value * 65536n + BigInt(Number.parseInt(word, 16));
  }
  return value;
}
