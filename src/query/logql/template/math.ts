// Arithmetic of whole numbers (64 bits, overflow wraps) and of floats.
import { GoInt64, type GoValue, goFunction } from '#lib/gotemplate/value.ts';
import { toFloat, toInt } from './convert.ts';
import { add, type Decimal, decimalOf, divide, floatOf, multiply, subtract } from './decimal.ts';
import type { TemplateFunction } from './definition.ts';

type Args = readonly GoValue[];

/** Of a first number and any more. */
const folded = (combine: (a: bigint, b: bigint) => bigint) =>
  goFunction(
    ['any'],
    ([first, ...others]) =>
      new GoInt64(others.reduce((a: bigint, b) => wrap(combine(a, toInt(b))), toInt(first))),
    'any',
  );

const ofTwo = (combine: (a: bigint, b: bigint) => bigint) =>
  goFunction(['any', 'any'], ([a, b]) => new GoInt64(combine(toInt(a), toInt(b))));

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

const decimals = (combine: (a: Decimal, b: Decimal) => Decimal) => (first: GoValue, others: Args) =>
  floatOf(
    others.reduce(
      (total: Decimal, value) => combine(total, decimalOf(toFloat(value))),
      decimalOf(toFloat(first)),
    ),
  );

const foldedFloat = (combine: (first: GoValue, others: Args) => number) =>
  goFunction(['any'], ([first, ...others]) => combine(first, others), 'any');

const extreme = (pick: (a: number, b: number) => number) =>
  foldedFloat((first, others) =>
    others.reduce((a: number, b) => pick(a, toFloat(b)), toFloat(first)),
  );

function larger(a: bigint, b: bigint): bigint {
  if (a < b) return b;
  return a;
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new Error('runtime error: integer divide by zero');
  return divisor;
}

/** To so many digits; what is left over from `on` on rounds up. */
function round(value: number, places: number, on: number): number {
  const power = 10 ** places;
  const scaled = power * value;
  const left = scaled - Math.trunc(scaled);
  return (left >= on ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

export const mathFunctions: readonly TemplateFunction[] = [
  {
    name: 'add',
    doc: 'The sum of whole numbers.',
    example: '{{ add 1 2 }}',
    evaluate: goFunction(
      [],
      (values) => new GoInt64(values.reduce((a: bigint, b) => a + toInt(b), 0n)),
      'any',
    ),
  },
  {
    name: 'sub',
    doc: 'The first whole number minus the second.',
    example: '{{ sub 5 2 }}',
    evaluate: ofTwo((a, b) => a - b),
  },
  {
    name: 'mul',
    doc: 'The product of whole numbers.',
    example: '{{ mul 2 3 }}',
    evaluate: folded((a, b) => a * b),
  },
  {
    name: 'div',
    doc: 'The first whole number divided by the second, cut to a whole number.',
    example: '{{ div 7 2 }}',
    evaluate: ofTwo((a, b) => a / nonZero(b)),
  },
  {
    name: 'mod',
    doc: 'What is left of the first whole number after division by the second.',
    example: '{{ mod 7 2 }}',
    evaluate: ofTwo((a, b) => a % nonZero(b)),
  },
  {
    name: 'max',
    doc: 'The largest of whole numbers.',
    example: '{{ max 1 2 3 }}',
    evaluate: folded(larger),
  },
  {
    name: 'min',
    doc: 'The smallest of whole numbers.',
    example: '{{ min 1 2 3 }}',
    evaluate: folded((a, b) => -larger(-a, -b)),
  },
  {
    name: 'addf',
    doc: 'The sum of numbers.',
    example: '{{ addf 1.5 2 }}',
    evaluate: goFunction([], (values) => decimals(add)(0, values), 'any'),
  },
  {
    name: 'subf',
    doc: 'The first number minus all others.',
    example: '{{ subf 5.5 2 }}',
    evaluate: foldedFloat(decimals(subtract)),
  },
  {
    name: 'mulf',
    doc: 'The product of numbers.',
    example: '{{ mulf 1.5 2 }}',
    evaluate: foldedFloat(decimals(multiply)),
  },
  {
    name: 'divf',
    doc: 'The first number divided by all others.',
    example: '{{ divf 7 2 }}',
    evaluate: foldedFloat(decimals(divide)),
  },
  {
    name: 'maxf',
    doc: 'The largest of numbers.',
    example: '{{ maxf 1 2.5 }}',
    evaluate: extreme(Math.max),
  },
  {
    name: 'minf',
    doc: 'The smallest of numbers.',
    example: '{{ minf 1 2.5 }}',
    evaluate: extreme(Math.min),
  },
  {
    name: 'ceil',
    doc: 'The next whole number upwards.',
    example: '{{ ceil 1.2 }}',
    evaluate: goFunction(['any'], ([value]) => Math.ceil(toFloat(value))),
  },
  {
    name: 'floor',
    doc: 'The next whole number downwards.',
    example: '{{ floor 1.8 }}',
    evaluate: goFunction(['any'], ([value]) => Math.floor(toFloat(value))),
  },
  {
    name: 'round',
    doc: 'A number with so many digits after the point; a third argument says from which rest on it is rounded up (0.5).',
    example: '{{ round 1.2345 2 }}',
    evaluate: goFunction(
      ['any', 'int'],
      ([value, places, on]) =>
        round(toFloat(value), Number(places), typeof on === 'number' ? on : 0.5),
      'float64',
    ),
  },
  {
    name: 'int',
    doc: 'A value as a whole number, 0 when it is none.',
    example: '{{ "7" | int }}',
    evaluate: goFunction(['any'], ([value]) => toInt(value)),
  },
  {
    name: 'float64',
    doc: 'A value as a number, 0 when it is none.',
    example: '{{ "1.5" | float64 }}',
    evaluate: goFunction(['any'], ([value]) => toFloat(value)),
  },
];
