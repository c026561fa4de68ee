// Our own log: one logfmt line per event, to stderr and to whoever listens (own telemetry).
// Never one line per item on a data path: that is what metrics are for.
import { type Clock, systemClock } from './clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogRecord {
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly clock?: Clock;
  readonly write?: (line: string) => void;
  readonly listener?: (record: LogRecord) => void;
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', clock = systemClock, listener } = options;
  const write = options.write ?? ((line) => void process.stderr.write(`${line}\n`));
  const emit = (recordLevel: LogLevel, message: string, fields: LogFields = {}): void => {
    const record = { timeMs: clock.nowMs(), level: recordLevel, message, fields };
    listener?.(record);
    if (rank[recordLevel] >= rank[level]) write(formatLogRecord(record));
  };
  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    error: (message, fields) => emit('error', message, fields),
  };
}

export const silentLogger: Logger = createLogger({ write: () => {} });

export function formatLogRecord(record: LogRecord): string {
  const pairs = Object.entries({
    ts: new Date(record.timeMs).toISOString(),
    level: record.level,
    msg: record.message,
    ...record.fields,
  });
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quote(String(value))}`)
    .join(' ');
}

const quote = (text: string): string => (/^[\w./:@%+-]+$/.test(text) ? text : JSON.stringify(text));
