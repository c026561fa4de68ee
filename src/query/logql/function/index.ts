// Every range function there is, by its name in the language.
import { absentOverTime, bytesOverTime, bytesRate, countOverTime, rate } from './count.ts';
import type { RangeFunction } from './definition.ts';
import {
  avgOverTime,
  firstOverTime,
  lastOverTime,
  maxOverTime,
  minOverTime,
  quantileOverTime,
  stddevOverTime,
  stdvarOverTime,
  sumOverTime,
} from './over-time.ts';
import { rateCounter } from './rate-counter.ts';

const all = [
  absentOverTime,
  avgOverTime,
  bytesOverTime,
  bytesRate,
  countOverTime,
  firstOverTime,
  lastOverTime,
  maxOverTime,
  minOverTime,
  quantileOverTime,
  rate,
  rateCounter,
  stddevOverTime,
  stdvarOverTime,
  sumOverTime,
];

export const rangeFunctions: Readonly<Record<string, RangeFunction>> = Object.fromEntries(
  all.map((definition) => [definition.name, definition]),
);
