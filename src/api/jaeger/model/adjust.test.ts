import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '#model/stored-span.ts';
import { adjustTrace } from './adjust.ts';
import { warningsAttribute, withWarningsAttribute } from './adjusted-span.ts';
import { formatGoDuration } from './duration.ts';
import { hexOf } from './id.ts';

const idOf = (id: number): Uint8Array =>
  new Uint8Array(Buffer.from(id.toString(16).padStart(16, '0'), 'hex'));

interface Made {
  readonly id: number;
  readonly parent?: number;
  readonly host?: string;
  readonly start?: number;
  readonly end?: number;
  readonly kind?: number;
  readonly attributes?: readonly [string, string][];
}

const spanOf = ({ id, parent = 0, host = '', start = 0, end = 0, ...rest }: Made): StoredSpan => ({
  origin: {
    resourceAttributes: new Map(host === '' ? [] : [['host.name', host]]),
    resourceDroppedAttributesCount: 0,
    resourceSchemaUrl: '',
    scopeName: '',
    scopeVersion: '',
    scopeAttributes: new Map(),
    scopeDroppedAttributesCount: 0,
    scopeSchemaUrl: '',
  },
  traceId: new Uint8Array(16),
  spanId: idOf(id),
  parentSpanId: idOf(parent),
  startUnixNano: BigInt(start),
  durationNano: BigInt(end - start),
  name: `span ${id}`,
  kind: rest.kind ?? 1,
  statusCode: 0,
  statusMessage: '',
  traceState: '',
  flags: 0,
  attributes: new Map(rest.attributes ?? []),
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
});

const adjust = (made: readonly Made[], maxClockSkewMs = 1) =>
  adjustTrace(made.map(spanOf), { isRaw: false, maxClockSkewMs });

describe('clocks', () => {
  const moves = (name: string, parent: [number, number], child: [number, number], start: number) =>
    it(name, () => {
      const [, moved] = adjust([
        { id: 1, host: 'a', start: parent[0], end: parent[1] },
        { id: 2, parent: 1, host: 'b', start: child[0], end: child[1] },
      ]);
      expect(moved?.span.startUnixNano).toBe(BigInt(start));
      expect(moved?.warnings.length).toBe(start === child[0] ? 0 : 1);
    });
  moves('a child within its parent stays', [10, 100], [10, 100], 10);
  moves('one that starts before is put into the middle', [100, 200], [50, 100], 125);
  moves('one that ends after is put into the middle', [100, 200], [180, 210], 135);
  moves('a longer one only must not start before', [100, 200], [50, 250], 100);
  moves('a longer one that starts later stays', [100, 200], [150, 350], 150);

  it('of one host are not touched, and what hangs below moves along', () => {
    const adjusted = adjust([
      { id: 1, host: 'a', start: 1000, end: 2000 },
      { id: 2, parent: 1, host: 'a', start: 500, end: 600 },
      { id: 3, parent: 1, host: 'b', start: 0, end: 1000 },
      { id: 4, parent: 3, host: 'b', start: 5000, end: 5001 },
    ]);
    expect(adjusted.map(({ span }) => Number(span.startUnixNano))).toEqual([1000, 500, 1000, 6000]);
  });

  it('too far apart are left as they are', () => {
    const [, late] = adjust([
      { id: 1, host: 'a', start: 0, end: 10 },
      { id: 2, parent: 1, host: 'b', start: 5_000_000, end: 5_000_010 },
    ]);
    expect(late?.warnings).toEqual([
      'max clock skew adjustment delta of 1ms exceeded; not applying calculated delta of -5ms',
    ]);
  });
});

describe('odd traces', () => {
  const warnings = (made: readonly Made[]) => adjust(made).map((span) => span.warnings);

  it('cycles, their own parents, lost parents, the same id twice', () => {
    const cycle = 'the parents of this span form a cycle; skipping clock skew adjustment';
    expect(
      warnings([
        { id: 1, parent: 2 },
        { id: 2, parent: 1 },
      ]),
    ).toEqual([[cycle], [cycle]]);
    expect(warnings([{ id: 1, parent: 1 }])).toEqual([[cycle]]);
    expect(warnings([{ id: 1, parent: 9 }])).toEqual([
      ['parent span ID=0000000000000009 is not in the trace; skipping clock skew adjustment'],
    ]);
    expect(warnings([{ id: 1 }, { id: 1, start: 5, end: 6 }])).toEqual([
      [],
      ['duplicate span IDs; skipping clock skew adjustment'],
    ]);
    expect(adjust([])).toEqual([]);
  });

  it('deeper than a stack', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => ({ id: i + 1, parent: i }));
    expect(warnings(chain).flat()).toEqual([]);
  });

  it('a server span with the id of its client becomes its child', () => {
    const adjusted = adjust([
      { id: 7, kind: 3 },
      { id: 7, kind: 2 },
      { id: 8, parent: 7 },
    ]);
    const ids = adjusted.map(({ span }) => [hexOf(span.spanId), hexOf(span.parentSpanId)]);
    const [client, root] = [hexOf(idOf(7)), hexOf(idOf(0))];
    const server = ids[1]?.[0];
    expect(ids).toEqual([
      [client, root],
      [server, client],
      [hexOf(idOf(8)), server],
    ]);
    expect(server).not.toBe(client);
  });
});

describe('attributes', () => {
  it('addresses get dots', () => {
    const attributes: [string, string][] = [['peer.ipv4', '\x023232235777']];
    const [adjusted] = adjust([{ id: 1, attributes }]);
    expect(adjusted?.span.attributes.get('peer.ipv4')).toBe('192.168.1.1');
  });

  it('warnings that were sent come back, in either form', () => {
    const attributes: [string, string][] = [[warningsAttribute, '\x05["late"]']];
    const [adjusted] = adjust([{ id: 1, attributes }]);
    expect(adjusted?.warnings).toEqual(['late']);
    expect(adjusted?.span.attributes.size).toBe(0);
    const span = adjusted && withWarningsAttribute(adjusted);
    expect([...(span?.attributes ?? [])]).toEqual(attributes);
  });
});

describe('formatGoDuration', () => {
  const prints = (nano: bigint, text: string) =>
    it(text, () => expect(formatGoDuration(nano)).toBe(text));
  prints(0n, '0s');
  prints(999n, '999ns');
  prints(-1_500n, '-1.5µs');
  prints(1_000_001n, '1.000001ms');
  prints(60_000_000_000n, '1m0s');
  prints(3_723_500_000_000n, '1h2m3.5s');
});
