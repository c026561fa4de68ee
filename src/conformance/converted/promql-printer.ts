// PromQL texts and the form in which Prometheus prints them.
import { parse } from '#query/promql/syntax/parse.ts';
import { print } from '#query/promql/syntax/print.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly input: string;
  readonly canonical: string;
}

export const promqlPrinter: ConvertedKind = {
  kind: 'promql-printer',
  recognise: (file) => hasNames(file, ['input', 'canonical']) && !hasNames(file, ['ns']),
  run: (file) =>
    check(
      casesOf<Case>(file),
      ({ input }) => input,
      ({ input, canonical }) => {
        const printed = print(parse(input));
        return printed === canonical ? undefined : `${printed} for ${canonical}`;
      },
    ),
};
