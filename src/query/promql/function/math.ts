// Functions of one number, without metric name in the result.
// https://prometheus.io/docs/prometheus/latest/querying/functions/
import { elementFunction, type FunctionDefinition } from './definition.ts';

const one = (name: string, doc: string, of: (value: number) => number): FunctionDefinition =>
  elementFunction({ name, doc, example: `${name}(node_load1)` }, (value) => of(value));

export const abs = one('abs', 'The absolute value.', Math.abs);
export const ceil = one('ceil', 'The nearest integer above or equal.', Math.ceil);
export const floor = one('floor', 'The nearest integer below or equal.', Math.floor);
export const exp = one('exp', 'The exponential function.', Math.exp);
export const ln = one('ln', 'The natural logarithm.', Math.log);
export const log2 = one('log2', 'The binary logarithm.', Math.log2);
export const log10 = one('log10', 'The decimal logarithm.', Math.log10);
export const sqrt = one('sqrt', 'The square root.', Math.sqrt);
export const sgn = one('sgn', 'The sign: 1, 0 or -1.', (value) =>
  value > 0 ? 1 : value < 0 ? -1 : value,
);

export const sin = one('sin', 'The sine of an angle in radians.', Math.sin);
export const cos = one('cos', 'The cosine of an angle in radians.', Math.cos);
export const tan = one('tan', 'The tangent of an angle in radians.', Math.tan);
export const asin = one('asin', 'The arcsine.', Math.asin);
export const acos = one('acos', 'The arccosine.', Math.acos);
export const atan = one('atan', 'The arctangent.', Math.atan);
export const sinh = one('sinh', 'The hyperbolic sine.', Math.sinh);
export const cosh = one('cosh', 'The hyperbolic cosine.', Math.cosh);
export const tanh = one('tanh', 'The hyperbolic tangent.', Math.tanh);
export const asinh = one('asinh', 'The inverse hyperbolic sine.', Math.asinh);
export const acosh = one('acosh', 'The inverse hyperbolic cosine.', Math.acosh);
export const atanh = one('atanh', 'The inverse hyperbolic tangent.', Math.atanh);
export const deg = one('deg', 'Degrees from radians.', (value) => (value * 180) / Math.PI);
export const rad = one('rad', 'Radians from degrees.', (value) => (value * Math.PI) / 180);

export const round = elementFunction(
  {
    name: 'round',
    args: ['vector', 'scalar'],
    optional: 1,
    doc: 'The nearest multiple of the second argument (default 1); ties go up.',
    example: 'round(node_load1, 0.5)',
  },
  (value, [nearest = 1]) => {
    const inverse = 1 / nearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  },
);
