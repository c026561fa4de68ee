import { describe, expect, it } from 'vitest';
import type { Span } from '../../frame/trace.ts';
import {
  barOf,
  buildTree,
  layoutTrace,
  matchingSpans,
  traceTicks,
  visibleNodes,
} from './layout.ts';

const span = (spanId: string, parentSpanId: string, startMs = 0, endMs = 100): Span => ({
  traceId: 't',
  spanId,
  parentSpanId,
  name: `op ${spanId}`,
  kind: 'internal',
  serviceName: spanId.startsWith('x') ? 'other' : 'api',
  startNano: BigInt(startMs) * 1_000_000n,
  endNano: BigInt(endMs) * 1_000_000n,
  status: spanId.endsWith('!') ? 'error' : 'unset',
  statusMessage: '',
  attributes: [{ key: 'http.route', value: '/users/:id' }],
  events: [],
  links: [],
  resource: [],
  scopeName: '',
  scopeVersion: '',
});
const names = (spans: readonly Span[], collapsed: string[] = []) =>
  visibleNodes(buildTree(spans), new Set(collapsed)).map(
    ({ span: { spanId }, depth }) => '·'.repeat(depth) + spanId,
  );

describe('the tree', () => {
  const spans = [span('a', ''), span('b', 'a'), span('c', 'b'), span('d', 'a')];
  it('has parents before children', () => expect(names(spans)).toEqual(['a', '·b', '··c', '·d']));
  it('hides what is below a closed span', () =>
    expect(names(spans, ['b'])).toEqual(['a', '·b', '·d']));
  it('keeps spans without their parent, as roots', () => {
    expect(names([span('b', 'gone')])).toEqual(['b']);
    expect(buildTree([span('b', 'gone')])[0]?.isOrphan).toBe(true);
  });
  it('survives circles', () =>
    expect(names([span('a', 'b'), span('b', 'a'), span('c', 'c')])).toEqual(['c', 'a', '·b']));
  it('counts spans and errors below', () =>
    expect(buildTree([span('a', ''), span('b!', 'a'), span('c!', 'b!')])[0]).toMatchObject({
      spanCount: 3,
      errorCount: 2,
    }));
  it('knows where another service begins', () =>
    expect(
      visibleNodes(buildTree([span('a', ''), span('b', 'a'), span('x', 'b')]), new Set()).map(
        (node) => node.isServiceEntry,
      ),
    ).toEqual([true, false, true]));
  it('takes 20,000 spans in one line', () => {
    const deep = Array.from({ length: 20_000 }, (_, i) => span(`${i}`, i === 0 ? '' : `${i - 1}`));
    expect(names(deep)).toHaveLength(20_000);
  });
});

describe('the picture', () => {
  const scene = layoutTrace({
    traceId: 't',
    spans: [span('a', '', 1000, 1200), span('x!', 'a', 1050, 1100), span('y', 'a', 1190, 1200)],
  });
  it('knows its length and its services', () => {
    expect(scene.durationMs).toBe(200);
    expect(scene.services).toMatchObject([
      { name: 'api', spanCount: 2, errorCount: 0 },
      { name: 'other', spanCount: 1, errorCount: 1 },
    ]);
  });
  it('places bars', () =>
    expect(barOf(span('x!', 'a', 1050, 1100), scene)).toMatchObject({
      left: 0.25,
      width: 0.25,
      label: '50 ms',
      labelSide: 'after',
    }));
  it('puts the label before a bar at the end', () =>
    expect(barOf(span('y', 'a', 1190, 1200), scene).labelSide).toBe('before'));
  it('puts the label into a bar that fills the row', () =>
    expect(barOf(span('a', '', 1000, 1200), scene).labelSide).toBe('inside'));
  it('has round ticks', () =>
    expect(traceTicks(200, 4).map(({ label }) => label)).toEqual([
      '0',
      '50 ms',
      '100 ms',
      '150 ms',
      '200 ms',
    ]));
});

describe('matchingSpans', () => {
  const spans = [span('a', ''), span('x', 'a')];
  const ok = (search: string, ids: string[] | undefined) =>
    it(`"${search}"`, () => {
      const found = matchingSpans(spans, search);
      expect(found === undefined ? undefined : [...found]).toEqual(ids);
    });
  ok('', undefined);
  ok('OTHER', ['x']);
  ok('/users', ['a', 'x']);
  ok('nowhere', []);
});
