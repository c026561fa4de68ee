// TraceQL texts that parse or do not.
import { InputError } from '#lib/errors.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly query: string;
  readonly parses: boolean;
}

export const traceqlParser: ConvertedKind = {
  kind: 'traceql-parser',
  recognise: (file) => hasNames(file, ['query', 'parses']),
  run: (file) => check(casesOf<Case>(file), ({ query }, i) => `${i} ${query}`, problemOf),
};

function problemOf({ query, parses }: Case): string | undefined {
  try {
    parse(query, { isStrict: true });
    return parses ? undefined : 'accepted';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return parses ? `refused: ${error.message}` : undefined;
  }
}
