// What the sum or difference of two histograms knows about counting having begun anew.
import type { CounterReset } from './histogram.ts';

/** One is known to begin anew and the other is known not to: `unknown`, and worth a warning. */
export function combineResets(left: CounterReset, right: CounterReset): CounterReset {
  if (left === right) return left;
  return left === 'gauge' || right === 'gauge' ? 'gauge' : 'unknown';
}

export const resetsCollide = (left: CounterReset, right: CounterReset): boolean =>
  (left === 'reset' && right === 'not-reset') || (left === 'not-reset' && right === 'reset');
