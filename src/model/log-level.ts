// The level of a line as Loki detects it when a line comes in: what the sender said, else the level
// field of the line, else words in it. Written as patterns that the engine has too, so that both
// give the same answer (src/query/logql/compile/metadata.ts).
// https://grafana.com/docs/loki/latest/get-started/labels/#default-labels-for-all-users

export const levelAttributes = [
  'level',
  'LEVEL',
  'Level',
  'severity',
  'SEVERITY',
  'Severity',
  'SeverityText',
  'lvl',
  'LVL',
  'Lvl',
  'severity_text',
];

/** A level field in JSON or logfmt; group 1 is its value. */
export const levelField =
  '(?:^|[ \\t\\n{,"])(?i:level|lvl|severity|log\\.level|loglevel|severitytext|severity_text)"?[ \\t]*[=:][ \\t]*"?([A-Za-z]+)';

/** A word for a level anywhere in the line. */
export const levelWord = '(?i)\\b(trace|debug|info|warn|warning|error|err|critical|fatal)\\b';

/** How Pino's own lines begin; group 1 is the number. What it says counts more than words in the line. */
export const pinoStart = '^\\{"level":([1-6]0),"time":';

/**
 * A level as Pino writes it, in another place, where Loki finds none; group 1 is the number. Not 30
 * (info): Loki's answer `unknown` to such lines is part of its recorded answers.
 */
export const levelNumber = '"level"[ \\t]*:[ \\t]*([12456]0)[ \\t]*[,}]';

export const pinoLevels: readonly (readonly [string, string])[] = [
  ['10', 'trace'],
  ['20', 'debug'],
  ['30', 'info'],
  ['40', 'warn'],
  ['50', 'error'],
  ['60', 'fatal'],
];

/** Spellings of a level, in lower case; the numbers are Pino's. */
export const levelSpellings: readonly (readonly [string, readonly string[]])[] = [
  ['trace', ['trace', 'trc', '10']],
  ['debug', ['debug', 'dbg', '20']],
  ['info', ['info', 'inf', 'information', 'informational', '30']],
  ['warn', ['warn', 'wrn', 'warning', '40']],
  ['error', ['error', 'err', 'eror', '50']],
  ['critical', ['critical']],
  ['fatal', ['fatal', '60']],
];

/** Upper bounds of the severity numbers of OpenTelemetry. */
export const severityLevels: readonly (readonly [string, number])[] = [
  ['trace', 4],
  ['debug', 8],
  ['info', 12],
  ['warn', 16],
  ['error', 20],
  ['fatal', 24],
];

export const unknownLevel = 'unknown';

const canonical = new Map(
  levelSpellings.flatMap(([level, spellings]) => spellings.map((s) => [s, level] as const)),
);

/** A level in the usual spelling; an unknown word stays as it is. */
export const toLevel = (text: string): string => canonical.get(text.toLowerCase()) ?? text;

export const levelOfSeverity = (severityNumber: number): string =>
  severityLevels.find(([, last]) => severityNumber <= last)?.[0] ?? unknownLevel;

const field =
  /(?:^|[ \t\n{,"])(?:level|lvl|severity|log\.level|loglevel|severitytext|severity_text)"?[ \t]*[=:][ \t]*"?([A-Za-z]+)/i;
const word = /\b(trace|debug|info|warn|warning|error|err|critical|fatal)\b/i;

const start = /^\{"level":([1-6]0),"time":/;
const number = /"level"[ \t]*:[ \t]*([12456]0)[ \t]*[,}]/;
const ofNumber = new Map(pinoLevels);

/** The definition; src/model/log-level-bytes.ts gives the same for the bytes of a line. */
export function levelOfLine(line: string): string {
  const pino = ofNumber.get(start.exec(line)?.[1] ?? '');
  if (pino !== undefined) return pino;
  const found = field.exec(line)?.[1] ?? '';
  const level = canonical.get(found.toLowerCase());
  if (level !== undefined) return level;
  const named = canonical.get((word.exec(line)?.[1] ?? '').toLowerCase());
  return named ?? ofNumber.get(number.exec(line)?.[1] ?? '') ?? unknownLevel;
}
