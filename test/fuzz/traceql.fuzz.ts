// TraceQL from text to SQL on anything: the parser, checker, planner and compiler answer or throw an
// InputError, never anything else, and what the compiler makes can be printed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { createTraceqlEngine, type TraceqlEngine } from '#query/traceql/engine.ts';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import type { StoreReader } from '#store/contract.ts';
import { TraceqlSoup } from '../lib/traceql-soup.ts';

const toNano = 1_800_000_000_000_000_000n;
const range = { tenant: '', fromNano: toNano - 3_600_000_000_000n, toNano };

/** A store without rows, which prints what it is asked. */
function createEngine(isStrict: boolean): { engine: TraceqlEngine; statements: string[] } {
  const statements: string[] = [];
  const ask = (select: Select): void => void statements.push(print(select));
  const reader: StoreReader = {
    blocks: async function* (select) {
      ask(select);
      yield* [];
    },
    rows: async (select) => {
      ask(select);
      return [];
    },
  };
  const clock = createManualClock(Number(toNano / 1_000_000n));
  return { engine: createTraceqlEngine({ reader, clock, isStrict }), statements };
}

/** Whether it was answered; an InputError is the other way to be right. */
async function answers(ask: () => Promise<unknown>, query: string): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof InputError) {
      expect(error.message.length).toBeLessThan(query.length + 500);
      return false;
    }
    throw error;
  }
}

const words = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '|',
    ',',
    '=',
    '!=',
    '=~',
    '>',
    '>>',
    '!',
    '~',
    '&&',
    '||',
    '-',
    '*',
    '.',
  ],
  ...[
    'name',
    'span.',
    'span:',
    'a',
    'resource.a',
    'nil',
    '5ms',
    '1',
    '"x"',
    '`',
    '"',
    '\u0000',
    '\\',
  ],
  ...['by', 'count', 'rate', 'select', 'coalesce', 'with', 'compare', 'topk', 'avg', 'true', 'ok'],
];
const noise = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((some) => some.join(' ')),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...words)).map(([seed, at, word]) => {
    const text = new TraceqlSoup(seed).query();
    const place = at % (text.length + 1);
    return `${text.slice(0, place)}${word}${text.slice(place + (seed % 3))}`;
  }),
  fc.nat().map((seed) => new TraceqlSoup(seed).query()),
  fc.nat().map((seed) => new TraceqlSoup(seed).metricsQuery()),
);

describe.each([false, true])('TraceQL, strict: %s', (isStrict) => {
  const search = { ...range, limit: 20, spansPerSpanset: 3 };

  it('answers any text as search, metrics and completion', async () => {
    const { engine, statements } = createEngine(isStrict);
    await fc.assert(
      fc.asyncProperty(noise, async (query) => {
        statements.length = 0;
        await answers(() => engine.search({ ...search, query }), query);
        await answers(() => engine.search({ ...search, query, orderBy: 'duration' }), query);
        await answers(() => engine.metricsRange({ ...range, query }), query);
        await answers(() => engine.metricsInstant({ ...range, query }), query);
        await answers(() => engine.tags({ ...range, limit: 10, filter: query }), query);
        await answers(
          () => engine.tagValues({ ...range, limit: 10, filter: query, tag: 'span.user' }),
          query,
        );
        await answers(() => engine.tagValues({ ...range, limit: 10, tag: query }), query);
        for (const statement of statements) expect(statement).toMatch(/^(WITH|SELECT) /);
      }),
    );
  });

  it('understands a good part of the soup, so that the compiler is reached', async () => {
    const { engine } = createEngine(isStrict);
    let answered = 0;
    for (let seed = 0; seed < 400; seed++) {
      const query = new TraceqlSoup(seed).query();
      if (await answers(() => engine.search({ ...search, query }), query)) answered++;
    }
    expect(answered).toBeGreaterThan(20);
  });
});
