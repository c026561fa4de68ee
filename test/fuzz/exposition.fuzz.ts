// Properties of the readers of pages: no bytes make them fail in another way than by saying what is wrong,
// and what they remember of the last page changes nothing of what they read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageFormat } from '#codec/exposition/content-type.ts';
import { readFloat } from '#codec/exposition/float.ts';
import { openPage } from '#codec/exposition/open-page.ts';
import { entryKind } from '#codec/exposition/page.ts';
import { PageMemory } from '#codec/exposition/page-memory.ts';
import { InputError } from '#lib/errors.ts';
import { entriesOf } from '../lib/exposition-entries.ts';
import { encodeFamilies } from '../lib/metric-family.ts';

const formats: readonly PageFormat[] = ['text', 'openmetrics', 'protobuf'];

const pieces = [
  'a',
  'b_total',
  'h_bucket',
  'x_created',
  '{',
  '}',
  '"',
  '\\',
  '\\n',
  ',',
  '=',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n',
  '# TYPE a counter\n',
  '# TYPE h histogram\n',
  '# HELP a text \\n\n',
  '# UNIT a_seconds seconds\n',
  '# EOF',
  '# EOF\n',
  ' # {id="1"} 2',
  'le="1"',
  '"q.n"',
  'ä',
  '\0',
  '1',
  '-0.5',
  '1e400',
  'NaN',
  '+Inf',
  '1700000000000',
  'a{x="1"} 1\n',
  'h_bucket{le="+Inf"} 3\n',
];

const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join(''));

const family = encodeFamilies([
  {
    name: 'h_seconds',
    help: 'help',
    unit: 'seconds',
    type: 'histogram',
    metrics: [
      {
        labels: { a: '1', b: 'ü' },
        timestampMs: 5,
        histogram: {
          count: 6,
          sum: 1,
          schema: 2,
          zeroThreshold: 0.1,
          positiveSpans: [[0, 2]],
          positiveDeltas: [2, 2],
          buckets: [[1, 2, { labels: { t: 'x' }, value: 1, seconds: 3 }]],
          createdSeconds: 9,
        },
      },
    ],
  },
]);

const changed = fc
  .array(fc.tuple(fc.nat(family.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
  .map((changes) => {
    const bytes = Buffer.from(family);
    for (const [at, byte] of changes) bytes[at] = byte;
    return bytes;
  });

const bytes = fc.oneof(
  text.map((page) => Buffer.from(page)),
  fc.uint8Array({ maxLength: 200 }).map((page) => Buffer.from(page)),
  changed,
);

/** What the page says, or that it is refused. */
function tryEntries(page: Uint8Array, format: PageFormat): unknown {
  try {
    return entriesOf(page, format, { nativeHistograms: true, alwaysClassic: true });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
}

describe('a page', () => {
  it('of any bytes is read, or refused as input', () =>
    fc.assert(
      fc.property(bytes, fc.constantFrom(...formats), (page, format) => {
        tryEntries(page, format);
      }),
    ));

  it('is read the same whatever page came before', () =>
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom<PageFormat>('text', 'openmetrics'),
        (a, b, format) => {
          const before = new PageMemory();
          readAll(a, format, { before: new PageMemory(), now: before }, 0);
          const memory = { before, now: new PageMemory() };
          expect(readAll(b, format, memory, 10_000)).toEqual(
            readAll(b, format, { before: new PageMemory(), now: new PageMemory() }, 10_000),
          );
        },
      ),
    ));
});

/** Keys, values and times; entries that are known keep their ids, new ones get the next. */
function readAll(
  page: string,
  format: PageFormat,
  memory: { before: PageMemory; now: PageMemory },
  firstId: number,
): unknown[] {
  const reader = openPage(Buffer.from(page), format, {
    memory,
    nativeHistograms: false,
    alwaysClassic: false,
  });
  const seen: unknown[] = [];
  let id = firstId;
  try {
    for (;;) {
      const kind = reader.next();
      if (kind === entryKind.end) return seen;
      const key = Buffer.from(reader.keyBytes.subarray(reader.keyFrom, reader.keyTo)).toString();
      const time = reader.hasTime ? reader.timeMs : undefined;
      const isSample = kind === entryKind.sample;
      if (kind === entryKind.type) reader.type = typeIn(key);
      seen.push([kind, key, ...(isSample ? [reader.value, time, reader.exemplar()] : [])]);
      if (isSample) seen.push(labelsOrRefusal(reader));
      reader.settle(reader.known >= 0 ? reader.known : id++);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return [...seen, (error as Error).message];
  }
}

const typeIn = (line: string) => (line.includes('histogram') ? 'histogram' : 'counter');

function labelsOrRefusal(reader: ReturnType<typeof openPage>): unknown {
  try {
    return reader.labels();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
}

describe('numbers', () => {
  it('are those that JavaScript prints', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const written = Buffer.from(
          Number.isFinite(value) ? String(value) : `${value}`.slice(0, -5),
        );
        expect(readFloat(written, 0, written.length)).toBe(Object.is(value, -0) ? 0 : value);
      }),
    ));

  it('of any digits are the nearest double', () =>
    fc.assert(
      fc.property(
        fc.stringMatching(/^[+-]?\d{1,25}(\.\d{0,25})?([eE][+-]?\d{1,2})?$/),
        (written) => {
          const page = Buffer.from(written);
          expect(readFloat(page, 0, page.length)).toBe(Number(written));
        },
      ),
    ));
});
