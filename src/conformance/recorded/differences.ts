// Recorded cases whose answer we give otherwise on purpose, with our answer: where the recording looks
// like a defect of the original, or where its newer test scripts ask for something else.
// docs/reference/differences.md is made of the same list.
import { createHash } from 'node:crypto';
import differences from '../differences.json' with { type: 'json' };
import { canonical } from './canonical.ts';
import { type GivenAnswer, type Json, type Language, stable } from './case.ts';

export interface Difference {
  /** `RecordedCase.id`; its first word is the language. */
  readonly case: string;
  readonly question: string;
  readonly why: string;
  /** The answer that we give. */
  readonly status: number;
  readonly answer: string;
}

export const listedDifferences: readonly Difference[] = differences.cases;

const byCase = new Map(listedDifferences.map((one) => [one.case, one]));

export const differenceOf = (id: string): Difference | undefined => byCase.get(id);

/** Longer answers are listed by their hash. */
const shownMax = 1_000;

/** An answer as the list has it. */
export function describeAnswer(language: Language, given: GivenAnswer): string {
  const text =
    given.response === undefined
      ? (given.text ?? given.base64 ?? '')
      : rounded(stable(canonical(language, given.response as Json)));
  if (given.status >= 400) return '';
  if (text.length <= shownMax) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The last digits of computed values differ between the ways in which a query can run. */
const rounded = (text: string): string =>
  text.replace(/"-?\d+\.\d{9,}(?:e[+-]\d+)?"/g, (value) => `"${round(value)}"`);

const round = (quoted: string): string => Number(quoted.slice(1, -1)).toPrecision(9);

export const isListedAnswer = (
  language: Language,
  { status, answer }: Difference,
  given: GivenAnswer,
): boolean => given.status === status && describeAnswer(language, given) === answer;
