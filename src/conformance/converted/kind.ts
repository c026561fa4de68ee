// A kind of converted cases: facts that were taken out of the unit tests of the original programs.
import type { CaseResult } from '../suite.ts';

export interface ConvertedKind {
  /** `promql-parser`: language and what is tested. */
  readonly kind: string;
  /** By the name of the file and what it holds. */
  recognise(file: ConvertedFile): boolean;
  run(file: ConvertedFile): readonly CaseResult[] | Promise<readonly CaseResult[]>;
}

export interface ConvertedFile {
  /** Without folder and ending. */
  readonly name: string;
  readonly folder: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The objects of a list of the file. */
export function casesOf<Case>({ json }: ConvertedFile, list = 'cases'): readonly Case[] {
  const found = json[list];
  return Array.isArray(found) ? (found as Case[]) : [];
}

/** Whether the first case has all these names. */
export function hasNames(file: ConvertedFile, names: readonly string[], list = 'cases'): boolean {
  const [first] = casesOf<object>(file, list);
  return first !== undefined && names.every((name) => name in first);
}

/** Some cases are queries of many thousand characters. */
const idMax = 200;

/** A result for each case; what `problemOf` throws is a failure. */
export function check<Case>(
  cases: readonly Case[],
  idOf: (one: Case, index: number) => string,
  problemOf: (one: Case) => string | undefined,
): CaseResult[] {
  return cases.map((one, index) => {
    const id = idOf(one, index).slice(0, idMax);
    try {
      return { id, failure: problemOf(one) };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { id, failure: `crashed: ${text}` };
    }
  });
}
