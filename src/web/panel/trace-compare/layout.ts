// Two traces → the lines of their comparison: what each call took in both, and what changed. Pure.
import { formatDurationMs } from '../../chart/format.ts';
import type { CallTotals, ComparedCall } from '../../data/trace-compare.ts';

export interface CallLine {
  readonly key: string;
  readonly serviceName: string;
  readonly name: string;
  readonly depth: number;
  /** `only-left`: the right trace has no such call. */
  readonly change: 'same' | 'slower' | 'faster' | 'only-left' | 'only-right';
  readonly left: string;
  readonly right: string;
  /** The change of self time, signed; '' when there is none worth a word. */
  readonly difference: string;
  /** Of the largest change on the page, 0 to 1. */
  readonly weight: number;
  readonly leftErrors: number;
  readonly rightErrors: number;
}

/** Below this share of the longer one two times count as the same. */
const sameShare = 0.05;

/** Changes are of self time: that of a parent would repeat what its children say. */
export function layoutComparison(calls: readonly ComparedCall[]): CallLine[] {
  const largest = Math.max(1, ...calls.map((call) => Math.abs(selfChange(call))));
  return calls.map((call, index) => {
    const change = selfChange(call);
    const kind = changeOf(call, change);
    return {
      key: String(index),
      serviceName: call.serviceName,
      name: call.name,
      depth: call.depth,
      change: kind,
      left: totalsText(call.left),
      right: totalsText(call.right),
      difference: kind === 'same' ? '' : signed(change),
      weight: kind === 'same' ? 0 : Math.abs(change) / largest,
      leftErrors: call.left?.errors ?? 0,
      rightErrors: call.right?.errors ?? 0,
    };
  });
}

const selfChange = ({ left, right }: ComparedCall): number =>
  (right?.selfNano ?? 0) - (left?.selfNano ?? 0);

function changeOf({ left, right }: ComparedCall, change: number): CallLine['change'] {
  if (left === undefined) return 'only-right';
  if (right === undefined) return 'only-left';
  const longer = Math.max(left.selfNano, right.selfNano);
  if (Math.abs(change) <= longer * sameShare) return 'same';
  return change > 0 ? 'slower' : 'faster';
}

const milliseconds = (nano: number): string => formatDurationMs(nano / 1e6);

const signed = (nano: number): string => `${nano < 0 ? '−' : '+'}${milliseconds(Math.abs(nano))}`;

function totalsText(totals: CallTotals | undefined): string {
  if (totals === undefined) return '';
  const duration = milliseconds(totals.durationNano);
  return totals.count === 1 ? duration : `${totals.count} × ${duration}`;
}
