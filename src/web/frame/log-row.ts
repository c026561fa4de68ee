// One log line as the UI shows it, and its level, which senders write in many ways.

import { isTraceId, type LogFields, readLogFields } from '#model/log-fields.ts';
import type { Labels } from './series.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'unknown';

/** From the worst to the least; also the order of stacking. */
export const logLevels: readonly LogLevel[] = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'unknown',
];

export interface LogRow {
  /** Same for the same line of the same stream, however often it is read. */
  readonly id: string;
  readonly timeNano: bigint;
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
  readonly level: LogLevel;
}

export const timeMsOf = (row: LogRow): number => Number(row.timeNano / 1000n) / 1000;

const aliases: Record<string, LogLevel> = {
  emerg: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
  error: 'error',
  err: 'error',
  eror: 'error',
  warn: 'warn',
  warning: 'warn',
  wrn: 'warn',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  inf: 'info',
  debug: 'debug',
  dbg: 'debug',
  trace: 'trace',
  trc: 'trace',
};

/** Reads a severity text, with or without OpenTelemetry's number behind it (`ERROR2`). */
export function toLevel(text: string | undefined): LogLevel {
  if (text === undefined) return 'unknown';
  return aliases[text.trim().toLowerCase().replace(/\d$/, '')] ?? 'unknown';
}

/** OpenTelemetry severity numbers: six levels of four numbers each, from 1. */
const levelOfNumber = (text: string | undefined): LogLevel => {
  const number = Number(text ?? 0);
  const order: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return order[Math.ceil(number / 4) - 1] ?? 'unknown';
};

/** The first that says something: detected level, severity text, severity number, a level label. */
export function levelOf(...sources: readonly Labels[]): LogLevel {
  for (const labels of sources) {
    for (const name of ['detected_level', 'severity_text', 'level', 'severity', 'lvl']) {
      const level = toLevel(labels[name]);
      if (level !== 'unknown') return level;
    }
    const numbered = levelOfNumber(labels['severity_number']);
    if (numbered !== 'unknown') return numbered;
  }
  return 'unknown';
}

const fieldsByRow = new WeakMap<LogRow, LogFields>();

/** What the line itself says. */
function textFields(row: LogRow): LogFields {
  const known = fieldsByRow.get(row);
  if (known !== undefined) return known;
  const fields = readLogFields(row.line);
  fieldsByRow.set(row, fields);
  return fields;
}

/** The trace that a line belongs to: under the names that senders use, else as its text says. */
export function traceIdOf(row: LogRow): string | undefined {
  for (const labels of [row.metadata, row.parsed, row.stream]) {
    for (const name of ['trace_id', 'traceId', 'traceID', 'traceid']) {
      const value = labels[name];
      if (value !== undefined && isTraceId(value)) return value;
    }
  }
  return textFields(row).traceId;
}

export function spanIdOf(row: LogRow): string | undefined {
  const labels = { ...row.stream, ...row.parsed, ...row.metadata };
  const own = labels['span_id'] ?? labels['spanId'] ?? labels['spanID'];
  return own ?? textFields(row).spanId;
}

/** What was logged, of a line that is JSON; undefined where the line is best shown as it is. */
export const messageOf = (row: LogRow): string | undefined =>
  row.line.startsWith('{') ? textFields(row).message : undefined;
