// What a syslog message says, whatever its format.
import { InputError } from '#lib/errors.ts';

export interface SyslogMessage {
  /** 0 to 23; undefined where the format has none. */
  readonly facility: number | undefined;
  /** 0 (worst) to 7. */
  readonly severity: number | undefined;
  readonly timeNano: bigint | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
  readonly structuredData: readonly StructuredElement[];
  /** The free text; '' when there is none. */
  readonly text: string;
}

export interface StructuredElement {
  readonly id: string;
  readonly params: readonly (readonly [name: string, value: string])[];
}

export const malformed = (what: string, at: number): InputError =>
  new InputError('syslog_malformed', `cannot read the message: ${what} at character ${at + 1}`);

const severities = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
];

/** As Promtail's label has it. */
export const severityName = (severity: number): string => severities[severity] as string;

const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'],
  ...['authpriv', 'ftp', 'ntp', 'security', 'console', 'solaris-cron'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

export const facilityName = (facility: number): string => facilities[facility] as string;

/** `<PRI>` at the beginning: facility × 8 + severity, and where the text goes on. */
export function readPriority(
  text: string,
): { readonly facility: number; readonly severity: number; readonly end: number } | undefined {
  const found = /^<(\d{1,3})>/.exec(text);
  if (!found) return undefined;
  const priority = Number(found[1]);
  if (priority > 191) throw malformed(`the priority ${priority} is above 191`, 1);
  return { facility: priority >> 3, severity: priority & 7, end: found[0].length };
}

/** A byte order mark says that the text is UTF-8, which it is taken for anyway. */
export const withoutMark = (text: string): string => (text[0] === '\uFEFF' ? text.slice(1) : text);
