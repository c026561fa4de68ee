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
  'lvl',
  'LVL',
];

/** A level field in JSON or logfmt; group 1 is its value. */
export const levelField =
  '(?:^|[ \\t\\n{,"])(?i:level|lvl|severity|log\\.level|loglevel|severity_text)"?[ \\t]*[=:][ \\t]*"?([A-Za-z]+)';

/** Spellings of a level, in lower case. */
export const levelSpellings: readonly (readonly [string, readonly string[]])[] = [
  ['trace', ['trace', 'trc']],
  ['debug', ['debug', 'dbg']],
  ['info', ['info', 'inf', 'information', 'informational']],
  ['warn', ['warn', 'wrn', 'warning']],
  ['error', ['error', 'err', 'eror']],
  ['critical', ['critical']],
  ['fatal', ['fatal']],
];

/** Words anywhere in the line, in this order. */
export const levelWords: readonly (readonly [string, readonly string[]])[] = [
  ['info', ['info:', 'INFO:', 'info', 'INFO']],
  ['error', ['err:', 'ERR:', 'error', 'ERROR']],
  ['warn', ['warn:', 'WARN:', 'warning', 'WARNING']],
  ['critical', ['CRITICAL:', 'critical:']],
  ['debug', ['debug:', 'DEBUG:']],
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
  /(?:^|[ \t\n{,"])(?:level|lvl|severity|log\.level|loglevel|severity_text)"?[ \t]*[=:][ \t]*"?([A-Za-z]+)/i;

export function levelOfLine(line: string): string {
  const found = field.exec(line)?.[1];
  const level = found === undefined ? undefined : canonical.get(found.toLowerCase());
  if (level !== undefined) return level;
  const words = levelWords.find(([, candidates]) => candidates.some((word) => line.includes(word)));
  return words?.[0] ?? unknownLevel;
}
