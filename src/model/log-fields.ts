// What a line says about itself in the ways that loggers write it: level, message, trace id and span id.
// One table of names, whatever their spelling: `trace_id`, `traceId`, `TraceID` and `trace.id` are one.
// Loggers meant: Pino, Bunyan, zap, zerolog, logrus, slog, Serilog, .NET's JSON console, Python's logging
// and structlog, Rust's tracing, Logback and Log4j, ECS, Datadog, Google Cloud, GELF, journald, and
// OpenTelemetry's own names; as JSON, as logfmt and within text.
import { levelOfLine, levelOfSeverity, pinoLevels, toLevel, unknownLevel } from './log-level.ts';

export interface LogFields {
  /** In the usual spelling: trace, debug, info, warn, error, critical or fatal. */
  readonly level?: string;
  /** What was logged, without what is around it; absent where that is the line. */
  readonly message?: string;
  /** 32 or 16 hexadecimal digits in lower case. */
  readonly traceId?: string;
  /** 16 hexadecimal digits in lower case. */
  readonly spanId?: string;
}

type Role = keyof LogFields;

/** Names as `plainName` makes them, those that say most first. */
const names: Readonly<Record<Role, readonly string[]>> = {
  traceId: [
    ...['traceid', 'tr', 'oteltraceid', 'ddtraceid', 'xb3traceid', 'mdctraceid'],
    ...['httptraceid', 'logginggoogleapiscomtrace', 'trace', 'traceparent'],
  ],
  spanId: [
    ...['spanid', 'sp', 'otelspanid', 'ddspanid', 'xb3spanid', 'mdcspanid'],
    ...['logginggoogleapiscomspanid', 'traceparent'],
  ],
  level: [
    ...['level', 'severity', 'loglevel', 'levelname', 'severitytext', 'lvl', 'l', 'levelno'],
    ...['severitynumber', 'levelvalue', 'priority'],
  ],
  message: [
    ...['message', 'msg', 'm', 'shortmessage', 'body', 'event', 'textpayload', 'log', 'mt'],
  ],
};

const ranks = new Map<string, Partial<Record<Role, number>>>();
for (const [role, list] of Object.entries(names) as [Role, readonly string[]][]) {
  for (const [rank, name] of list.entries()) {
    ranks.set(name, { ...ranks.get(name), [role]: rank });
  }
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Objects in which a logger keeps the message and the level; those of other objects mean these. */
const holders: ReadonlySet<string> = new Set(
  'fields jsonpayload log record attributes properties state data'.split(' '),
);
/** Ids in these belong to another trace or span. */
const strangers: ReadonlySet<string> = new Set('parent parentspan link links'.split(' '));

const depthMax = 4;
const valuesMax = 1000;

/** Pure; never throws. */
export function readLogFields(line: string): LogFields {
  const object = objectOf(line);
  if (object) return ofObject(object, line);
  return withoutNothing({ ...ofText(line), level: knownLevel(levelOfLine(line)) });
}

function objectOf(line: string): object | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly value: string;
  readonly score: number;
}

function ofObject(object: object, line: string): LogFields {
  const found: Partial<Record<Role, Found>> = {};
  for (const { path, value } of valuesOf(object)) offer(found, path, value, line);
  const fields: Partial<Record<Role, string>> = {};
  for (const role of Object.keys(names) as Role[]) {
    const one = found[role];
    if (one) fields[role] = one.value;
  }
  if (names.message[(found.message?.score ?? -1) % scorePerDepth] === 'mt') {
    fields.message = renderTemplate(found.message?.value ?? '', object);
  }
  if (fields.level === undefined) {
    const level = isCompactFormat(object) ? 'info' : knownLevel(levelOfLine(line));
    if (level !== undefined) fields.level = level;
  }
  if (fields.traceId !== undefined || fields.message === undefined) return fields;
  // Some put the ids into the text of the message only.
  const { traceId, spanId } = ofText(fields.message);
  return withoutNothing({ ...fields, traceId, spanId: fields.spanId ?? spanId });
}

interface PlacedValue {
  /** Plain names from the outside in. */
  readonly path: readonly string[];
  readonly value: string | number;
}

/** Texts and numbers, outer ones first; no more than `valuesMax`. */
function* valuesOf(object: object): Generator<PlacedValue> {
  let level: { readonly path: readonly string[]; readonly object: object }[] = [
    { path: [], object },
  ];
  let count = 0;
  for (let depth = 0; depth < depthMax && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { path, object: outer } of level) {
      for (const [key, value] of Object.entries(outer) as [string, unknown][]) {
        if (++count > valuesMax) return;
        const inner = Array.isArray(outer) ? path : [...path, plainName(key)];
        if (typeof value === 'string' || typeof value === 'number') yield { path: inner, value };
        else if (typeof value === 'object' && value !== null) {
          next.push({ path: inner, object: value });
        }
      }
    }
    level = next;
  }
}

const scorePerDepth = 100;

function offer(
  found: Partial<Record<Role, Found>>,
  path: readonly string[],
  value: string | number,
  line: string,
): void {
  const last = path.at(-1) ?? '';
  const outer = path.at(-2);
  // `trace: {id}`, `log: {level}` and `dd: {trace_id}` are names in two parts.
  const joined = outer === undefined ? undefined : ranks.get(outer + last);
  const known = joined ?? ranks.get(last);
  if (!known) return;
  const name = joined ? outer + last : last;
  for (const [role, rank] of Object.entries(known) as [Role, number][]) {
    const isId = role === 'traceId' || role === 'spanId';
    if (path.length > 1 && !joined && !isId && !path.slice(0, -1).every((one) => holders.has(one)))
      continue;
    if (isId && path.some((one) => strangers.has(one))) continue;
    const read = readers[role](name, value, line);
    const score = path.length * scorePerDepth + rank;
    if (read !== undefined && score < (found[role]?.score ?? Number.POSITIVE_INFINITY)) {
      found[role] = { value: read, score };
    }
  }
}

type Reader = (name: string, value: string | number, line: string) => string | undefined;

const readers: Readonly<Record<Role, Reader>> = {
  traceId: (name, value, line) => {
    const text = idText(value, line);
    if (name === 'traceparent') return contextOf(text)?.traceId;
    if (name.startsWith('dd')) return decimalId(text) ?? hexId(text, 32);
    return hexId(text, 32) ?? hexId(text, 16) ?? hexId(text.split('/').at(-1) ?? '', 32);
  },
  spanId: (name, value, line) => {
    const text = idText(value, line);
    if (name === 'traceparent') return contextOf(text)?.spanId;
    return (name.startsWith('dd') ? decimalId(text) : undefined) ?? hexId(text, 16);
  },
  level: (name, value) =>
    typeof value === 'number' || /^\d+$/.test(value)
      ? (numericLevels[name] ?? pinoLevel)(Number(value))
      : knownLevel(value),
  message: (_name, value) => (value === '' ? undefined : String(value)),
};

/** A number too large for JavaScript, as it stands in the line. */
function idText(value: string | number, line: string): string {
  if (typeof value === 'string' || Number.isSafeInteger(value)) return String(value);
  const digits = line.match(/\d{16,20}/g) ?? [];
  return digits.find((one) => Number(one) === value) ?? '';
}

function hexId(text: string, length: number): string | undefined {
  const isId = text.length === length && /^[0-9a-fA-F]+$/.test(text) && !/^0+$/.test(text);
  return isId ? text.toLowerCase() : undefined;
}

/** Datadog's: 64 bits as a decimal number. */
function decimalId(text: string): string | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id === 0n || id >= 1n << 64n ? undefined : id.toString(16).padStart(16, '0');
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function contextOf(text: string): Pick<LogFields, 'traceId' | 'spanId'> | undefined {
  const found = /(?<![0-9a-f])(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(
    text,
  );
  const traceId = hexId(found?.[1] ?? '', 32);
  const spanId = hexId(found?.[2] ?? '', 16);
  return traceId !== undefined && spanId !== undefined ? { traceId, spanId } : undefined;
}

const pinoNumbers = new Map(pinoLevels);
const pinoLevel = (number: number): string | undefined =>
  pinoNumbers.get(String(Math.floor(number / 10) * 10));

/** From the most urgent. RFC 5424, table 2 */
const syslogLevels = 'fatal fatal critical error warn info info debug'.split(' ');

/** Numbers that are not Pino's. */
const numericLevels: Readonly<Record<string, (number: number) => string | undefined>> = {
  severitynumber: (number) => (number > 0 ? knownLevel(levelOfSeverity(number)) : undefined),
  priority: (number) => syslogLevels[number],
  // GELF counts as syslog does, and Pino from ten on.
  level: (number) => syslogLevels[number] ?? pinoLevel(number),
  levelno: (number) => 'debug info warn error critical'.split(' ')[Math.floor(number / 10) - 1],
  levelvalue: (number) => {
    const steps = [5000, 10_000, 20_000, 30_000, 40_000];
    return 'trace debug info warn error'.split(' ')[steps.indexOf(number)];
  },
};

const otherSpellings: Readonly<Record<string, string>> = {
  notice: 'info',
  verbose: 'trace',
  severe: 'error',
  crit: 'critical',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
};

const usualLevels = new Set(['trace', 'debug', 'info', 'warn', 'error', 'critical', 'fatal']);

function knownLevel(text: string): string | undefined {
  if (text === unknownLevel) return undefined;
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[+-]?\d+$/, '');
  const level = otherSpellings[word] ?? toLevel(word);
  return usualLevels.has(level) ? level : undefined;
}

/** Serilog leaves the level out where it is information. */
const isCompactFormat = (object: object): boolean =>
  '@t' in object && ('@m' in object || '@mt' in object);

/** `{Name}` of a message template with the value of that name. https://messagetemplates.org */
const renderTemplate = (template: string, object: object): string =>
  template.replace(/\{[@$]?(\w+)(?:,-?\d+)?(?::[^}]*)?\}/g, (hole, name: string) => {
    const value = (object as Record<string, unknown>)[name];
    if (value === undefined) return hole;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });

const pair =
  /(?<![\w.@-])(@?[A-Za-z][\w.-]*)["']?[ \t]*[=:][ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"',;|)\]}]+))/g;
/** `[app,0123…,89ab…]`: Spring's. */
const bracketed = /\[(?:[^\][,]*,)?([0-9a-f]{32}|[0-9a-f]{16})[,-]([0-9a-f]{16})(?:,[^\][]*)?\]/;

/** From logfmt, and from pairs within other text. */
function ofText(text: string): Omit<LogFields, 'level'> {
  const found: Partial<Record<Role, Found>> = {};
  for (const match of text.matchAll(pair)) {
    const [, key = '', quoted, single, bare] = match;
    const name = plainName(key);
    // A colon makes a word of prose no name of a field, but for ids.
    const isField = match[0].startsWith(`${key}=`);
    if (name !== 'trace' && ranks.has(name) && (isField || isIdName(name))) {
      offer(found, [name], unquoted(quoted) ?? single ?? bare ?? '', text);
    }
  }
  const near = found.traceId ? undefined : (contextOf(text) ?? springIds(text));
  return withoutNothing({
    message: found.message?.value,
    traceId: found.traceId?.value ?? near?.traceId,
    spanId: found.spanId?.value ?? near?.spanId,
  });
}

const isIdName = (name: string): boolean => {
  const known = ranks.get(name);
  return known?.traceId !== undefined || known?.spanId !== undefined;
};

function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/\\(.)/g, (_all, one: string) => (one === 'n' ? '\n' : one));
}

function springIds(text: string): Pick<LogFields, 'traceId' | 'spanId'> | undefined {
  const found = bracketed.exec(text);
  const traceId = hexId(found?.[1] ?? '', found?.[1]?.length ?? 0);
  const spanId = hexId(found?.[2] ?? '', 16);
  return traceId !== undefined && spanId !== undefined ? { traceId, spanId } : undefined;
}

function withoutNothing(fields: { readonly [role in Role]?: string | undefined }): LogFields {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as LogFields;
}

/** Whether two trace ids mean one trace: some loggers keep the low 64 bits only. */
export function isSameTrace(a: string, b: string): boolean {
  if (a.length === b.length) return a.toLowerCase() === b.toLowerCase();
  return a.slice(-16).toLowerCase() === b.slice(-16).toLowerCase();
}

/** How an id of 16 or 32 hexadecimal digits may stand in a line; Datadog's has the low 64 bits. */
export function idSpellings(id: string): readonly string[] {
  const lower = id.toLowerCase();
  const low = lower.slice(-16);
  const decimal = BigInt(`0x${low}`).toString();
  return [...new Set([lower, lower.toUpperCase(), decimal])];
}

export const isTraceId = (text: string): boolean =>
  hexId(text, 32) !== undefined || hexId(text, 16) !== undefined;

export const isSpanId = (text: string): boolean => hexId(text, 16) !== undefined;
