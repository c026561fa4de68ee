// Pages of others, with what they expect of a parser; they lie beside the repository where they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entriesOf, type SeenEntry } from '../../../test/lib/exposition-entries.ts';
import { type PageFormat, pageFormatOf } from './content-type.ts';

const folder = '../shared/conformance/expositions';
const hasCases = existsSync(folder);
const casesOf = <T>(file: string): T[] =>
  hasCases ? JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')).cases : [];

interface InputCase {
  readonly input?: string;
  readonly input_base64?: string;
  readonly valid: boolean;
}

const inputOf = ({ input, input_base64: base64 }: InputCase): Buffer =>
  base64 === undefined ? Buffer.from(input ?? '') : Buffer.from(base64, 'base64');

function isRead(bytes: Uint8Array, format: PageFormat): boolean {
  try {
    entriesOf(bytes, format);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'exposition_malformed' });
    expect((error as Error).message).toMatch(/^line \d+, column \d+: |^label name /);
    return false;
  }
}

describe.skipIf(!hasCases)('accepts and refuses what the scrape parser does', () => {
  const files = [
    ['converted/prom_text_errors.json', 'text'],
    ['converted/openmetrics_errors.json', 'openmetrics'],
  ] as const;
  for (const [file, format] of files) {
    casesOf<InputCase>(file).forEach((entry, i) => {
      it(`${file} ${i}: ${JSON.stringify(entry.input ?? entry.input_base64)}`, () =>
        expect(isRead(inputOf(entry), format)).toBe(entry.valid));
    });
  }
});

interface RecordedEntry {
  readonly kind: string;
  readonly metric?: string;
  readonly help?: string;
  readonly type?: string;
  readonly unit?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: number | string;
  readonly timestamp_ms?: number;
  readonly exemplars?: readonly {
    labels: Readonly<Record<string, string>>;
    value: number;
    timestamp_ms?: number;
  }[];
}

function asSeen(entry: RecordedEntry): Partial<SeenEntry> {
  if (entry.kind !== 'series') {
    const text = entry.type === 'untyped' ? 'unknown' : (entry.help ?? entry.type ?? entry.unit);
    return { kind: entry.kind as SeenEntry['kind'], family: entry.metric ?? '', text: text ?? '' };
  }
  return {
    kind: 'series',
    labels: entry.labels ?? {},
    value: Number(entry.value),
    ...(entry.timestamp_ms === undefined ? {} : { timeMs: entry.timestamp_ms }),
    ...(entry.exemplars
      ? {
          exemplars: entry.exemplars.map(({ labels, value, timestamp_ms: timeMs }) => ({
            labels,
            value,
            ...(timeMs === undefined ? {} : { timeMs }),
          })),
        }
      : {}),
  };
}

describe.skipIf(!hasCases)('reads whole pages as the scrape parser does', () => {
  interface Recorded {
    readonly test: string;
    readonly format: string;
    readonly input: string;
    readonly entries: readonly RecordedEntry[];
  }
  for (const recorded of casesOf<Recorded>('converted/textparse_entries.json')) {
    it(recorded.test, () => {
      const seen = entriesOf(recorded.input, pageFormatOf(recorded.format, undefined))
        // There, what says when counting began is no entry of its own.
        .filter(({ labels }) => !isStart(labels?.['__name__'] ?? ''))
        .map(({ key: _, ...entry }) => entry);
      const wanted = recorded.entries
        .filter(({ kind, labels }) => kind !== 'comment' && !isStart(labels?.['__name__'] ?? ''))
        .map(asSeen);
      expect(seen).toEqual(wanted);
    });
  }
});

const isStart = (name: string): boolean => name.endsWith('_created');

describe.skipIf(!hasCases)('reads pages of real programs', () => {
  const pages = ['node_exporter', 'generated', 'prometheus-textparse', 'promtool'].flatMap(
    (name) =>
      hasCases
        ? readdirSync(`${folder}/${name}`, { recursive: true, withFileTypes: true })
            .filter((file) => file.isFile() && /\.(txt|prom)$/.test(file.name))
            .filter(({ name: file }) => !/^dump-(series|test)|non_matching/.test(file))
            .map((file) => `${file.parentPath}/${file.name}`)
        : [],
  );
  for (const path of pages) {
    it(path.slice(folder.length + 1), () => {
      const text = readFileSync(path);
      const format = text.includes('# EOF') ? 'openmetrics' : 'text';
      const samples = entriesOf(text, format).filter(({ kind }) => kind === 'series');
      const lines = text
        .toString()
        .split('\n')
        .filter((line) => /^\s*[^#\s]/.test(line));
      expect(samples.length).toBe(lines.length);
    });
  }
});

/** Blanks and commas that Prometheus refuses, times beyond its own, native histograms as text. */
const refusedHere = /^test_(extra_whitespace|(multiple_trailing_)?commas|native_.*)$/;

describe.skipIf(!hasCases)('reads what other parsers are tested to read', () => {
  interface Other {
    readonly test: string;
    readonly format: string;
    readonly input: string;
    readonly valid: boolean;
  }
  const cases = casesOf<Other>('client_python/parser_inputs.json').filter(({ valid }) => valid);
  cases.forEach(({ test, format, input }, i) => {
    const isStrict = format.startsWith('application/openmetrics-text');
    const isRefused =
      refusedHere.test(test) ||
      (isStrict && /^\{"(?:[^"\\\n]|\\.)*", | 12345678901234567890\./m.test(input));
    it(`${test} ${i}`, () =>
      expect(isRead(Buffer.from(input), pageFormatOf(format, undefined))).toBe(!isRefused));
  });
});
