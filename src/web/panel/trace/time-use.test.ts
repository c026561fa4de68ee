import { describe, expect, it } from 'vitest';
import type { Span } from '../../frame/trace.ts';
import { layoutTrace } from './layout.ts';
import { timeUseOf } from './time-use.ts';

const span = (spanId: string, parentSpanId: string, startMs: number, endMs: number): Span => ({
  traceId: 't',
  spanId,
  parentSpanId,
  name: spanId,
  kind: 'internal',
  serviceName: spanId === 'db' ? 'postgres' : 'shop',
  startNano: BigInt(1_700_000_000_000 + startMs) * 1_000_000n,
  endNano: BigInt(1_700_000_000_000 + endMs) * 1_000_000n,
  status: 'unset',
  statusMessage: '',
  attributes: [],
  events: [],
  links: [],
  resource: [],
  scopeName: '',
  scopeVersion: '',
});

describe('timeUseOf', () => {
  const spans = [span('a', '', 0, 100), span('db', 'a', 20, 80), span('beside', 'a', 30, 40)];
  const trace = { traceId: 't', spans };
  const { bySpan, byService } = timeUseOf(trace, layoutTrace(trace));

  it('self time and what lies on the critical path', () => {
    expect(spans.map((one) => bySpan.get(one))).toEqual([
      {
        selfMs: 40,
        criticalMs: 40,
        pieces: [
          { left: 0, width: 0.2 },
          { left: 0.8, width: 0.2 },
        ],
      },
      { selfMs: 60, criticalMs: 60, pieces: [{ left: 0.2, width: 0.6 }] },
      { selfMs: 10, criticalMs: 0, pieces: [] },
    ]);
  });

  it('the share of each service', () => {
    expect([...byService]).toEqual([
      ['shop', 0.4],
      ['postgres', 0.6],
    ]);
  });
});
