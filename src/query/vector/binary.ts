// Arithmetic and comparison between vectors, and between a vector and a scalar, on a whole grid.
// Comparisons filter (the left value stays) unless `isBool`.
import { InputError } from '#lib/errors.ts';
import { fillMissing } from './fill.ts';
import { formatLabels } from './label.ts';
import { groupByMatch, type Matching, matchKey, matchLabels, resultLabels } from './matching.ts';
import { mergeEqualLabels } from './merge.ts';
import { type TakeNote, takeNoNotes } from './note.ts';
import {
  arithmetic,
  comparison,
  type ElementOperator,
  isArithmetic,
  isComparison,
} from './operation.ts';
import { finishNow, type Pausable } from './pausable.ts';
import { type PointParts, Points, pointAt, seriesOfPoints } from './point.ts';
import { combinePoints } from './point-operation.ts';
import { type GridSeries, type Labels, labelsKey } from './value.ts';

/** The value for two numbers; undefined where a comparison drops the pair. */
export type Element = (left: number, right: number) => number | undefined;

/** Undefined for operators that numbers have no meaning for. */
export function elementOf(operator: ElementOperator, isBool: boolean): Element | undefined {
  if (isArithmetic(operator)) return arithmetic[operator];
  if (!isComparison(operator)) return undefined;
  const compare = comparison[operator];
  return isBool
    ? (left, right) => Number(compare(left, right))
    : (left, right) => (compare(left, right) ? left : undefined);
}

export interface ScalarSide {
  readonly operator: ElementOperator;
  readonly isBool: boolean;
  /** One value per step. */
  readonly scalar: Float64Array;
  /** Whether the scalar stands left of the operator. */
  readonly isScalarLeft: boolean;
}

/**
 * Vector with scalar. A comparison always keeps the value of the vector. Names of what is computed
 * are marked as to go.
 */
export function* combineWithScalarInParts(
  series: readonly GridSeries[],
  side: ScalarSide,
  note: TakeNote = takeNoNotes,
): Pausable<readonly GridSeries[]> {
  const { operator, isBool } = side;
  const element = elementOf(operator, isBool);
  const marksName = isBool || isArithmetic(operator);
  const combined: GridSeries[] = [];
  for (const one of series) {
    const points =
      one.histograms || !element
        ? pointsWithScalar(one, side, note).parts
        : numbersWithScalar(one, side, element);
    yield;
    if (points) combined.push(seriesOfPoints(one.labels, points, marksName || one.dropsName));
  }
  return combined;
}

/** The same without a pause. */
export function combineWithScalar(
  series: readonly GridSeries[],
  side: ScalarSide,
): readonly GridSeries[] {
  return finishNow(combineWithScalarInParts(series, side));
}

/** Without histograms: there are too many numbers for a call each. */
function numbersWithScalar(
  one: GridSeries,
  side: ScalarSide,
  element: Element,
): PointParts | undefined {
  const { operator, isBool, scalar, isScalarLeft } = side;
  const keepsOwn = isComparison(operator) && !isBool;
  const { values: ownValues, present: ownPresent } = one;
  const values = new Float64Array(ownValues.length);
  const present = new Uint8Array(ownValues.length);
  let isEmpty = true;
  for (let i = 0; i < values.length; i++) {
    if (!ownPresent[i]) continue;
    const own = ownValues[i] as number;
    const other = scalar[i] as number;
    const value = isScalarLeft ? element(other, own) : element(own, other);
    if (value === undefined) continue;
    values[i] = keepsOwn ? own : value;
    present[i] = 1;
    isEmpty = false;
  }
  return isEmpty ? undefined : { values, present };
}

function pointsWithScalar(one: GridSeries, side: ScalarSide, note: TakeNote): Points {
  const { operator, isBool, scalar, isScalarLeft } = side;
  const points = new Points(one.values.length);
  for (let i = 0; i < scalar.length; i++) {
    if (!one.present[i]) continue;
    const own = pointAt(one, i);
    const other = scalar[i] as number;
    const result = isScalarLeft
      ? combinePoints(other, own, operator, note)
      : combinePoints(own, other, operator, note);
    if (!result) continue;
    if (isBool) points.set(i, Number(result.isKept));
    else if (result.isKept) points.set(i, isComparison(operator) ? own : result.point);
  }
  return points;
}

export interface VectorOperation {
  readonly operator: ElementOperator;
  readonly isBool: boolean;
  readonly matching: Matching;
  /** Values that stand in where a side has nothing for a match. */
  readonly fill?: { readonly left?: number; readonly right?: number };
}

/** Vector with vector. Throws InputError `vector_many_to_many`, `vector_multiple_matches`. */
export function* combineVectorsInParts(
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  operation: VectorOperation,
  note: TakeNote = takeNoNotes,
): Pausable<readonly GridSeries[]> {
  const { matching, fill = {} } = operation;
  const keyOf = matchKey(matching);
  const isManyRight = matching.cardinality === 'one-to-many';
  const filledLeft = fillMissing(left, right, { matching, value: fill.left });
  const filledRight = fillMissing(right, left, { matching, value: fill.right });
  const [manySide, oneSide] = isManyRight ? [filledRight, filledLeft] : [filledLeft, filledRight];
  const ones = groupByMatch(oneSide, keyOf);
  const manyAnywhere = anyPresent(manySide);
  for (const members of ones.values()) {
    assertUnique(members, manyAnywhere, matching, isManyRight ? 'left' : 'right');
  }
  const results: GridSeries[] = [];
  for (const [key, members] of groupByMatch(manySide, keyOf)) {
    const partners = ones.get(key);
    if (partners) yield* combineMatch(members, partners, { ...operation, note, results });
  }
  return mergeEqualLabels(results);
}

/** The same without a pause. */
export function combineVectors(
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  operation: VectorOperation,
): readonly GridSeries[] {
  return finishNow(combineVectorsInParts(left, right, operation));
}

interface MatchOperation extends VectorOperation {
  readonly note: TakeNote;
  readonly results: GridSeries[];
}

/** All pairs of one match. */
function* combineMatch(
  manySide: readonly GridSeries[],
  oneSide: readonly GridSeries[],
  operation: MatchOperation,
): Pausable<void> {
  const { operator, isBool, matching, results } = operation;
  const keepsName = !isArithmetic(operator);
  const isManyRight = matching.cardinality === 'one-to-many';
  const isOneToOne = matching.cardinality === 'one-to-one';
  const taken = new Map<string, Uint8Array>();
  for (const many of manySide) {
    for (const one of oneSide) {
      // Alone it has nothing to collide with.
      const paired = manySide.length > 1 ? new Uint8Array(many.values.length) : undefined;
      const points = isManyRight
        ? combinePair(one, many, operation, paired)
        : combinePair(many, one, operation, paired);
      yield;
      const labels = resultLabels(many.labels, one.labels, { matching, keepsName });
      if (paired) claim(taken, isOneToOne ? undefined : labels, paired);
      if (!points) continue;
      const marksName = isBool || (keepsName && many.dropsName);
      results.push(seriesOfPoints(labels, points, marksName));
    }
  }
}

/** Marks in `paired` the steps at which the two have a meaning together, kept by a comparison or not. */
function combinePair(
  left: GridSeries,
  right: GridSeries,
  operation: MatchOperation,
  paired: Uint8Array | undefined,
): PointParts | undefined {
  const { operator, isBool, note } = operation;
  const element = elementOf(operator, isBool);
  if (element && !left.histograms && !right.histograms) {
    paired?.forEach((_, i) => {
      if (left.present[i] && right.present[i]) paired[i] = 1;
    });
    return combineNumbers(left, right, element);
  }
  const points = new Points(left.values.length);
  for (let i = 0; i < left.values.length; i++) {
    if (!left.present[i] || !right.present[i]) continue;
    const result = combinePoints(pointAt(left, i), pointAt(right, i), operator, note);
    if (!result) continue;
    if (paired) paired[i] = 1;
    if (isBool) points.set(i, Number(result.isKept));
    else if (result.isKept) points.set(i, result.point);
  }
  return points.parts;
}

function combineNumbers(
  left: GridSeries,
  right: GridSeries,
  element: Element,
): PointParts | undefined {
  const values = new Float64Array(left.values.length);
  const present = new Uint8Array(left.values.length);
  let isEmpty = true;
  for (let i = 0; i < values.length; i++) {
    if (!left.present[i] || !right.present[i]) continue;
    const value = element(left.values[i] as number, right.values[i] as number);
    if (value === undefined) continue;
    values[i] = value;
    present[i] = 1;
    isEmpty = false;
  }
  return isEmpty ? undefined : { values, present };
}

/**
 * A many side gives one result per match, result labels and step, kept by a comparison or not;
 * one-to-one (without labels) means one left series per match and step.
 */
function claim(
  taken: Map<string, Uint8Array>,
  labels: Labels | undefined,
  paired: Uint8Array,
): void {
  const key = labels ? labelsKey(labels) : '';
  const steps = taken.get(key);
  if (!steps) {
    taken.set(key, paired);
    return;
  }
  for (let i = 0; i < steps.length; i++) {
    if (!paired[i]) continue;
    if (steps[i]) {
      throw multipleMatches(
        labels
          ? 'grouping labels must ensure unique matches'
          : 'many-to-one matching must be explicit (group_left/group_right)',
      );
    }
    steps[i] = 1;
  }
}

const multipleMatches = (why: string): InputError =>
  new InputError('vector_multiple_matches', `multiple matches for labels: ${why}`);

/** The one side must have one series per match and step, wherever the other side has any at all. */
function assertUnique(
  members: readonly GridSeries[],
  manyAnywhere: Uint8Array,
  matching: Matching,
  side: 'left' | 'right',
): void {
  if (members.length < 2) return;
  for (let step = 0; step < manyAnywhere.length; step++) {
    if (!manyAnywhere[step]) continue;
    const here = members.filter(({ present }) => present[step]);
    const [first, second] = here;
    if (!first || !second) continue;
    const match = formatLabels(matchLabels(matching, first.labels));
    throw new InputError(
      'vector_many_to_many',
      `found duplicate series for the match group ${match} on the ${side} hand-side of the ` +
        `operation: [${formatLabels(second.labels)}, ${formatLabels(first.labels)}];` +
        'many-to-many matching not allowed: matching labels must be unique on one side',
    );
  }
}

function anyPresent(series: readonly GridSeries[]): Uint8Array {
  const any = new Uint8Array(series[0]?.values.length ?? 0);
  for (const { present } of series) {
    for (let step = 0; step < any.length; step++) if (present[step]) any[step] = 1;
  }
  return any;
}
