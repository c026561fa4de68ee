// PromQL texts that are accepted or refused, with the place of the mistake.
import { InputError } from '#lib/errors.ts';
import { checkQuery } from '#query/promql/run.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly input: string;
  readonly valid: boolean;
  readonly errors?: readonly { readonly start: number; readonly end: number }[];
}

export const promqlParser: ConvertedKind = {
  kind: 'promql-parser',
  recognise: (file) =>
    file.name.startsWith('parser') && hasNames(file, ['input', 'valid']) && !hasNames(file, ['op']),
  run: (file) => check(casesOf<Case>(file), ({ input }, i) => `${i} ${input}`, problemOf),
};

function problemOf({ input, valid }: Case): string | undefined {
  try {
    checkQuery(input);
    return valid ? undefined : 'accepted';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return valid ? `refused: ${error.message}` : undefined;
  }
}
