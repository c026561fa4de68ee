import { expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import { type MetricsPlan, planMetrics } from '../metrics/plan.ts';
import { parse } from '../syntax/parse.ts';
import {
  compileExemplars,
  compileRoots,
  compileSpanCounts,
  compileSpans,
  compileTraces,
} from './metrics-reads.ts';
import type { TimeRange } from './search.ts';

const slice: TimeRange = { tenant: 't', fromNano: 1_000n, toNano: 2_000n };
const around: TimeRange = { tenant: 't', fromNano: 0n, toNano: 3_000n };
const options = { around, pushDown: true };

function planOf(text: string): MetricsPlan {
  const { root } = parse(text);
  const node = root.kind === 'metrics' ? planMetrics(root) : undefined;
  if (node?.kind !== 'function') throw new Error('no single function');
  return node.plan;
}

const golden = (name: string, make: () => Select) =>
  it(name, () => expect(`${print(make())}\n`).toMatchFileSnapshot(`./golden/metrics-${name}.sql`));

const filtered = planOf('{ span.a = "x" } | rate() by (rootName, span.b)');
golden('span-counts', () => compileSpanCounts(filtered, slice, { ...options, widthNano: 10n }));
golden('spans', () => compileSpans(filtered, slice, options));
golden('roots', () => compileRoots(filtered, slice, options));
golden('compared-spans', () => compileSpans(planOf('{ } | compare({ })'), slice, options));
const structural = planOf('{ span.a = "x" } >> { span.b = "y" } | rate()');
golden('traces', () => compileTraces(structural, slice, { ...options, limit: 3 }));
golden('all-traces', () => compileTraces(structural, slice, { around, pushDown: false, limit: 3 }));
golden('exemplars', () =>
  compileExemplars(
    compileSpans(filtered, slice, options),
    { firstNano: 1_000n, widthNano: 10n, count: 100 },
    0.25,
  ),
);
