// One entry of `journalctl --output=json`: an object of fields, of which those with two underscores are the
// journal's own (`__CURSOR`, `__REALTIME_TIMESTAMP` in microseconds).
// https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format

export interface JournalEntry {
  readonly cursor: string;
  readonly timeNano: bigint;
  /** Of the sender and of journald, as text. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Undefined for what is no entry. */
export function parseJournalEntry(text: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { __CURSOR: cursor, __REALTIME_TIMESTAMP: time } = value as Record<string, unknown>;
  if (typeof cursor !== 'string' || typeof time !== 'string' || !/^\d{1,16}$/.test(time)) {
    return undefined;
  }
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(value)) {
    if (name.startsWith('__')) continue;
    const read = textOf(field);
    if (read !== undefined) fields.set(name, read);
  }
  return { cursor, timeNano: BigInt(time) * 1000n + withinMicrosecond(cursor), fields };
}

/** Text; bytes as numbers where it is none; a list where a field comes several times: the last. */
function textOf(field: unknown): string | undefined {
  if (typeof field === 'string') return field;
  if (!Array.isArray(field)) return undefined;
  if (field.every((byte) => typeof byte === 'number')) {
    return Buffer.from(field as number[]).toString('utf8');
  }
  return textOf(field.at(-1));
}

/**
 * Entries of one microsecond stay apart, and in order, by the number that the cursor has of them
 * (`s=…;i=1a2b;…`): it is the same whenever the entry is read.
 */
function withinMicrosecond(cursor: string): bigint {
  const found = /(?:^|;)i=([\da-f]{1,16})(?:;|$)/.exec(cursor);
  return found ? BigInt(`0x${found[1]}`) % 1000n : 0n;
}

const priorities = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'];

/** `_SYSTEMD_UNIT` is `__journal__systemd_unit`; PRIORITY also gives its keyword. */
export function journalLabels(fields: ReadonlyMap<string, string>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [name, value] of fields) {
    labels.set(`__journal_${name.toLowerCase()}`, value);
    if (name === 'PRIORITY') {
      labels.set('__journal_priority_keyword', priorities[Number(value)] ?? value);
    }
  }
  return labels;
}

/** All fields as JSON, sorted by name; or the message, undefined when there is none. */
export function journalLine(
  fields: ReadonlyMap<string, string>,
  asJson: boolean,
): string | undefined {
  if (!asJson) return fields.get('MESSAGE');
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted));
}
