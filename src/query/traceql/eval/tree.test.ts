// Traces as nobody wants them: circles, parents that never come, one id twice, many roots, and so
// large that anything more than n log n would be felt.
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { parse } from '../syntax/parse.ts';
import { evaluatePipeline } from './pipeline.ts';
import { noOrigin } from './span-rows.ts';
import { Trace, type TraceSpan } from './trace.ts';

const none: ReadonlyMap<string, string> = new Map();
const spanOf = (
  spanId: string,
  parentSpanId: string,
  part: Partial<TraceSpan> = {},
): TraceSpan => ({
  traceId: '1',
  spanId,
  parentSpanId,
  startUnixNano: 0n,
  durationNano: 1,
  name: spanId,
  serviceName: '',
  kind: 1,
  statusCode: 0,
  statusMessage: '',
  origin: noOrigin,
  attributes: none,
  events: [],
  links: [],
  ...part,
});

const found = (query: string, trace: Trace): string[] =>
  evaluatePipeline(check(parse(query)).pipeline, trace).flatMap(({ spans }) =>
    spans.map(({ name }) => name),
  );

const traceOf = (...edges: readonly string[]): Trace =>
  new Trace(
    '1',
    edges.map((edge) => {
      const [id = '', parent = ''] = edge.split('<');
      return spanOf(id, parent);
    }),
  );

describe('traces that are no tree', () => {
  const gives = (query: string, trace: Trace, names: string) =>
    it(`${query} gives ${names || 'nothing'}`, () =>
      expect(found(query, trace).join(' ')).toBe(names));

  const circle = traceOf('a<c', 'b<a', 'c<b', 'd<a', 'root');
  gives('{ } >> { }', circle, 'a b c d');
  gives('{ name = "d" } << { }', circle, 'a b c');
  gives('{ } ~ { }', circle, 'b d');
  gives('{ nestedSetLeft = 0 }', circle, 'a b c d');
  gives('{ parent.name = "a" }', circle, 'b d');

  const self = traceOf('a<a', 'b<a', 'root');
  gives('{ } > { }', self, 'b');
  gives('{ } !~ { }', self, 'b root');
  gives('{ nestedSetParent = -1 }', self, 'root');

  const orphans = traceOf('a<gone', 'b<a', 'c<gone', 'root');
  gives('{ } > { }', orphans, 'b');
  gives('{ } ~ { }', orphans, '');
  gives('{ } !> { }', orphans, 'a c root');
  gives('{ parent = "gone" && parent.name = nil }', orphans, 'a c');

  const roots = traceOf('a', 'b', 'c<b');
  gives('{ } ~ { }', roots, 'a b');
  gives('{ nestedSetParent = -1 }', roots, 'a b');
  gives('{ nestedSetLeft = 3 && nestedSetRight = 6 }', roots, 'b');
  gives('{ rootName = "b" }', roots, 'a b c');

  // Numbers follow the order in which spans came.
  const siblings = new Trace('1', [
    spanOf('root', '', { arrival: 2 }),
    spanOf('early', 'root', { arrival: 1 }),
    spanOf('late', 'root', { startUnixNano: 1n, arrival: 0 }),
    spanOf('other', '', { startUnixNano: 2n, arrival: 1 }),
  ]);
  gives('{ nestedSetLeft = 1 || nestedSetLeft = 4 }', siblings, 'late other');
  gives('{ nestedSetParent = 3 && nestedSetLeft = 6 }', siblings, 'early');

  // Zipkin: client and server share an id; what the server does hangs on the server.
  const shared = new Trace('1', [
    spanOf('x', '', { kind: 3, name: 'client' }),
    spanOf('x', '', { kind: 2, name: 'server', startUnixNano: 1n }),
    spanOf('y', 'x', { name: 'work', startUnixNano: 2n }),
  ]);
  gives('{ parent.kind = server }', shared, 'work');
  gives('{ parent.kind = client }', shared, '');
});

describe('a trace of 100,000 spans', () => {
  const size = 100_000;
  const shapes = {
    'one chain': (i: number) => i - 1,
    'one family': (i: number) => (i === 0 ? -1 : 0),
    'a tree': (i: number) => Math.ceil(i / 2) - 1,
    'one circle': (i: number) => (i === 0 ? size - 1 : i - 1),
  };
  const queries = [
    '{ } >> { }',
    '{ } ~ { }',
    '{ } &>> { }',
    '{ } !>> { }',
    '{ } !~ { }',
    '{ nestedSetLeft > nestedSetRight }',
    '{ } | by(parent.name) | count() > 2 | coalesce()',
  ];
  // Anything quadratic would take minutes.
  const timeoutMs = 15_000;
  for (const [shape, parentOf] of Object.entries(shapes)) {
    it(
      `${shape} is answered at once`,
      () => {
        const spans = Array.from({ length: size }, (_, i) => {
          const parent = parentOf(i);
          const part = { startUnixNano: BigInt(i) };
          return spanOf(String(i), parent < 0 ? '' : String(parent), part);
        });
        const trace = new Trace('1', spans);
        const counts = queries.map((query) => found(query, trace).length);
        expect(counts.every((count) => count <= size)).toBe(true);
        expect(Math.max(...counts)).toBeGreaterThan(size - 3);
      },
      timeoutMs,
    );
  }
});
