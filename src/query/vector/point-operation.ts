// What a binary operator does with two points of which at least one may be a histogram. What has no
// meaning gives nothing, and a note says so.
import { addHistograms, type Combined, subtractHistograms } from './histogram/add.ts';
import { equalHistograms } from './histogram/equal.ts';
import type { Histogram } from './histogram/histogram.ts';
import { divideHistogram, scaleHistogram } from './histogram/scale.ts';
import { trimHistogram } from './histogram/trim.ts';
import {
  type HistogramOperation,
  incompatibleLayouts,
  incompatibleTypes,
  mismatchedBounds,
  resetCollision,
  type TakeNote,
} from './note.ts';
import {
  arithmetic,
  comparison,
  type ElementOperator,
  isArithmetic,
  isComparison,
} from './operation.ts';
import { isHistogram, type Point } from './point.ts';

/** `isKept` is false where a comparison does not hold; undefined where there is no result at all. */
export type PointResult = { readonly point: Point; readonly isKept: boolean } | undefined;

export function combinePoints(
  left: Point,
  right: Point,
  operator: ElementOperator,
  note: TakeNote,
): PointResult {
  const result = combineTypes(left, right, operator, note);
  if (result !== 'mistyped') return result;
  note(incompatibleTypes(typeName(left), operator, typeName(right)));
  return undefined;
}

const typeName = (point: Point): string => (isHistogram(point) ? 'histogram' : 'float');

function combineTypes(
  left: Point,
  right: Point,
  operator: ElementOperator,
  note: TakeNote,
): PointResult | 'mistyped' {
  if (isHistogram(left)) {
    return isHistogram(right)
      ? combineHistograms(left, right, operator, note)
      : combineWithNumber(left, right, operator);
  }
  if (isHistogram(right)) {
    return operator === '*' ? kept(scaleHistogram(right, left)) : 'mistyped';
  }
  if (isComparison(operator)) return { point: left, isKept: comparison[operator](left, right) };
  return isArithmetic(operator) ? kept(arithmetic[operator](left, right)) : 'mistyped';
}

const kept = (point: Point): PointResult => ({ point, isKept: true });

function combineWithNumber(
  left: Histogram,
  right: number,
  operator: ElementOperator,
): PointResult | 'mistyped' {
  switch (operator) {
    case '*':
      return kept(scaleHistogram(left, right));
    case '/':
      return kept(divideHistogram(left, right));
    case '</':
      return kept(trimHistogram(left, right, 'below'));
    case '>/':
      return kept(trimHistogram(left, right, 'above'));
    default:
      return 'mistyped';
  }
}

function combineHistograms(
  left: Histogram,
  right: Histogram,
  operator: ElementOperator,
  note: TakeNote,
): PointResult | 'mistyped' {
  switch (operator) {
    case '+':
      return noted(addHistograms(left, right), operator, 'addition', note);
    case '-': {
      const result = noted(subtractHistograms(left, right), operator, 'subtraction', note);
      return result && kept({ ...(result.point as Histogram), counterReset: 'gauge' });
    }
    case '==':
      return { point: left, isKept: equalHistograms(left, right) };
    case '!=':
      return { point: left, isKept: !equalHistograms(left, right) };
    default:
      return 'mistyped';
  }
}

function noted(
  combined: Combined | undefined,
  operator: string,
  operation: HistogramOperation,
  note: TakeNote,
): PointResult {
  if (!combined) {
    note(incompatibleLayouts(operator));
    return undefined;
  }
  if (combined.boundsReconciled) note(mismatchedBounds(operation));
  if (combined.resetsCollide) note(resetCollision(operation));
  return kept(combined.histogram);
}
