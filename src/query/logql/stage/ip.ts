// ip("…"): one address, a range `a-b` or a CIDR block, v4 or v6. In a line, or the value of a label,
// every run of characters of addresses that begins like one is looked at.
// https://grafana.com/docs/loki/latest/query/ip/
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
    const from = parseAddress(pattern.slice(0, dash));
    const to = parseAddress(pattern.slice(dash + 1));
    if (!from || !to || from.bits !== to.bits || from.value > to.value) return undefined;
    return { bits: from.bits, from: from.value, to: to.value };
  }
  const [text, length, ...rest] = pattern.split('/');
  const address = parseAddress(text as string);
  if (!address || rest.length > 0) return undefined;
  if (length === undefined) return { bits: address.bits, from: address.value, to: address.value };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > address.bits) return undefined;
  const size = 1n << BigInt(address.bits - Number(length));
  const from = address.value - (address.value % size);
  return { bits: address.bits, from, to: from + size - 1n };
}

function isInRange(text: string, range: AddressRange): boolean {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    address.bits === range.bits &&
    address.value >= range.from &&
    address.value <= range.to
  );
}

/** `1.`, `12.`, `123.`, or `::a`, `a:` … `abcd:`, in front of something that is not their end. */
const start =
  /[0-9](?=\.[\s\S]{2}|[\s\S]\.[\s\S]|[\s\S]{2}\.)|(?:::[0-9a-fA-F]|[0-9a-fA-F]{1,4}:)/g;

/** Whether any address in the line is in the range. */
export function lineHasAddress(line: string, range: AddressRange): boolean {
  let at = 0;
  for (;;) {
    start.lastIndex = at;
    const found = start.exec(line);
    if (!found) return false;
    const isFour = found[0].length === 1;
    const run = isFour ? /[0-9.]*/y : /[0-9a-fA-F:.]*/y;
    run.lastIndex = found.index;
    const text = run.exec(line)?.[0] ?? '';
    if (isInRange(text, range)) return true;
    // The character that ends a run begins no address.
    at = found.index + text.length + 1;
  }
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
