// Times as containers and syslog write them: 2026-01-31T23:59:58.123456789Z, or with an offset.
// https://www.rfc-editor.org/rfc/rfc3339#section-5.6

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:([Zz])|([+-])(\d\d):?(\d\d))$/;

/** Nanoseconds since 1970; undefined for what is no such time. A leap second is the second after. */
export function parseRfc3339(text: string): bigint | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Numbers;
  const [, , , , , , , fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = found;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const dayMs = Date.UTC(year, month - 1, day);
  if (new Date(dayMs).getUTCDate() !== day || new Date(dayMs).getUTCMonth() !== month - 1) {
    return undefined;
  }
  const offsetMinutes = Number(offsetHour) * 60 + Number(offsetMinute);
  const seconds =
    dayMs / 1000 +
    hour * 3600 +
    minute * 60 +
    second -
    (sign === '-' ? -offsetMinutes : offsetMinutes) * 60;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

type Numbers = [number, number, number, number, number, number];

/** In UTC, with nine digits, of a time after 1970: as Docker and Kubernetes take it. */
export function formatRfc3339(timeNano: bigint): string {
  const nano = timeNano % 1_000_000_000n;
  const seconds = new Date(Number(timeNano / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(nano).padStart(9, '0')}Z`;
}

/** A time is not longer. */
const timeLengthMax = 40;
const SPACE = 32;

/** `<time> <text>`; without a time all of it is text. */
export function splitTime(message: Buffer): {
  readonly timeNano: bigint | undefined;
  readonly text: Buffer;
} {
  const space = message.subarray(0, timeLengthMax).indexOf(SPACE);
  const head = space < 0 ? message.subarray(0, timeLengthMax) : message.subarray(0, space);
  const timeNano = parseRfc3339(head.toString('latin1'));
  if (timeNano === undefined) return { timeNano, text: message };
  return { timeNano, text: message.subarray(head.length + (space < 0 ? 0 : 1)) };
}
