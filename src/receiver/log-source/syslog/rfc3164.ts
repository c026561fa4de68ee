// One message as BSD's syslog writes it, which RFC 3164 describes rather than prescribes:
//   <PRI>Mmm dd hh:mm:ss HOST TAG[PID]: CONTENT
// What is not there is undefined: as the RFC says (4.3), a message without a time is all text, one without
// a priority is user.notice. A time may also be as in RFC 3339 (rsyslog) or have a year (Cisco).
// https://www.rfc-editor.org/rfc/rfc3164#section-4
import { parseRfc3339 } from '../rfc3339.ts';
import { readPriority, type SyslogMessage, withoutMark } from './message.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const bsdTime =
  /^([A-Z][a-z]{2}) +(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (\d{4})(?= ))?(?::?(?: |$))/;
const isoTime = /^(\d{4}-\d\d-\d\dT\S+)(?: |$)/;
/** A tag ends at the first character that is none of a program's name. */
const tagged = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,128})\])?:(?: |$)/;
/** Also without a colon if it has a process id. */
const numbered = /^([^\s:[\]]{1,128})\[([^\]\s]{1,128})\] /;
const defaultPriority = { facility: 1, severity: 5, end: 0 };

/** `nowMs` tells the year; times without a zone are UTC. Throws InputError for a priority above 191. */
export function parseRfc3164(text: string, nowMs: number): SyslogMessage {
  const { facility, severity, end } = readPriority(text) ?? defaultPriority;
  const content = text.slice(end);
  const nothing = { hostname: undefined, appName: undefined, procId: undefined, msgId: undefined };
  const base = { facility, severity, ...nothing, structuredData: [] };
  const time = readTime(content, nowMs);
  if (!time) return { ...base, timeNano: undefined, text: withoutMark(content) };
  const rest = content.slice(time.length);
  const { hostname, after } = readHost(rest);
  const tag = tagged.exec(after) ?? numbered.exec(after);
  return {
    ...base,
    timeNano: time.timeNano,
    hostname,
    appName: tag?.[1],
    procId: tag?.[2] === '' ? undefined : tag?.[2],
    text: withoutMark(tag ? after.slice(tag[0].length) : after),
  };
}

/** Programs of the same machine leave the host out: then a tag comes first. */
function readHost(rest: string): {
  readonly hostname: string | undefined;
  readonly after: string;
} {
  if (tagged.test(rest) || numbered.test(rest)) return { hostname: undefined, after: rest };
  const end = rest.indexOf(' ');
  if (end <= 0) return { hostname: undefined, after: rest };
  return { hostname: rest.slice(0, end), after: rest.slice(end + 1) };
}

function readTime(
  content: string,
  nowMs: number,
): { readonly timeNano: bigint; readonly length: number } | undefined {
  const iso = isoTime.exec(content);
  if (iso) {
    const timeNano = parseRfc3339(iso[1] as string);
    return timeNano === undefined ? undefined : { timeNano, length: iso[0].length };
  }
  const bsd = bsdTime.exec(content);
  if (!bsd) return undefined;
  const [all, monthName, day, yearBefore, hour, minute, second, fraction = '', yearAfter] = bsd;
  const month = months.indexOf(monthName as string);
  const year = yearBefore ?? yearAfter;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (month < 0 || h > 23 || m > 59 || s > 60) return undefined;
  const inYear = (one: number): number | undefined => {
    const dayMs = Date.UTC(one, month, Number(day));
    return new Date(dayMs).getUTCMonth() === month
      ? dayMs + ((h * 60 + m) * 60 + s) * 1000
      : undefined;
  };
  const timeMs = year === undefined ? nearest(inYear, nowMs) : inYear(Number(year));
  if (timeMs === undefined || Number(day) < 1) return undefined;
  const nano = BigInt(fraction.padEnd(9, '0'));
  return { timeNano: BigInt(timeMs) * 1_000_000n + nano, length: all.length };
}

/** Last December in January, next January in December; a 29th of February in a year that has one. */
function nearest(inYear: (year: number) => number | undefined, nowMs: number): number | undefined {
  const year = new Date(nowMs).getUTCFullYear();
  let best: number | undefined;
  for (const one of [year - 1, year, year + 1]) {
    const timeMs = inYear(one);
    if (timeMs === undefined) continue;
    if (best === undefined || Math.abs(timeMs - nowMs) < Math.abs(best - nowMs)) best = timeMs;
  }
  return best;
}
