// Self time and the critical path of a trace, as the waterfall draws them. The analysis is shared with
// the server (model/).
import { analyseTimes } from '#model/critical-path.ts';
import { buildSpanTree } from '#model/span-tree.ts';
import { nanoToMs, type Span, type Trace } from '../../frame/trace.ts';
import type { TraceScene } from './layout.ts';

export interface SpanTimeUse {
  readonly selfMs: number;
  readonly criticalMs: number;
  /** Where it lies on the critical path, as shares of the whole trace. */
  readonly pieces: readonly { readonly left: number; readonly width: number }[];
}

export interface TraceTimeUse {
  readonly bySpan: ReadonlyMap<Span, SpanTimeUse>;
  /** Share of the critical path by service, 0 to 1. */
  readonly byService: ReadonlyMap<string, number>;
}

export function timeUseOf({ spans }: Trace, { startNano, durationMs }: TraceScene): TraceTimeUse {
  const tree = buildSpanTree(
    spans.map((span) => ({
      id: span.spanId,
      parentId: span.parentSpanId,
      start: Number(span.startNano - startNano),
      end: Number(span.endNano - startNano),
    })),
  );
  const { self, critical, path } = analyseTimes(tree);
  const wholeNano = durationMs * 1e6 || 1;
  const pieces = new Map<number, { left: number; width: number }[]>();
  for (const { index, start, end } of path) {
    const piece = { left: start / wholeNano, width: (end - start) / wholeNano };
    const others = pieces.get(index);
    if (others) others.push(piece);
    else pieces.set(index, [piece]);
  }
  const bySpan = new Map<Span, SpanTimeUse>();
  const byService = new Map<string, number>();
  const pathNano = critical.reduce((sum, nano) => sum + nano, 0) || 1;
  for (const [i, span] of spans.entries()) {
    const criticalNano = critical[i] ?? 0;
    bySpan.set(span, {
      selfMs: nanoToMs(BigInt(self[i] ?? 0)),
      criticalMs: nanoToMs(BigInt(criticalNano)),
      pieces: pieces.get(i) ?? [],
    });
    const share = criticalNano / pathNano;
    byService.set(span.serviceName, (byService.get(span.serviceName) ?? 0) + share);
  }
  return { bySpan, byService };
}
