// Small parts of LogQL's syntax: tokens, durations, and the form in which Loki prints a query.
import { InputError } from '#lib/errors.ts';
import { tokensOf } from '#query/logql/syntax/lexer.ts';
import { parseDurationNano } from '#query/logql/syntax/literal.ts';
import { parse } from '#query/logql/syntax/parser.ts';
import { pretty } from '#query/logql/syntax/pretty.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface TokenCase {
  readonly input: string;
  readonly tokens: readonly string[];
}

/** How many tokens there are, up to an error: their names are another program's own. */
export const logqlTokens: ConvertedKind = {
  kind: 'logql-tokens',
  recognise: (file) => hasNames(file, ['input', 'tokens']),
  run: (file) =>
    check(
      casesOf<TokenCase>(file),
      ({ input }) => input,
      ({ input, tokens }) => {
        const given = countTokens(input);
        return given === tokens.length ? undefined : `${given} for ${tokens.length}`;
      },
    ),
};

function countTokens(text: string): number {
  let count = 0;
  try {
    for (const { kind } of tokensOf(text)) if (kind !== 'end') count++;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return count;
}

interface DurationCase {
  readonly input: string;
  readonly ns: number;
}

export const logqlDurations: ConvertedKind = {
  kind: 'logql-durations',
  recognise: (file) => hasNames(file, ['input', 'ns']) && !hasNames(file, ['canonical']),
  run: (file) =>
    check(
      casesOf<DurationCase>(file),
      ({ input }) => input,
      ({ input, ns }) => {
        const given = parseDurationNano(input);
        return given === ns ? undefined : `${given} for ${ns}`;
      },
    ),
};

interface FormatCase {
  readonly query: string;
  readonly formatted: string;
  readonly max_chars_per_line?: number;
}

export const logqlFormat: ConvertedKind = {
  kind: 'logql-format',
  recognise: (file) => hasNames(file, ['query', 'formatted']),
  run: (file) =>
    check(
      casesOf<FormatCase>(file),
      ({ query }) => query,
      ({ query, formatted, max_chars_per_line: width = 100 }) => {
        try {
          const printed = pretty(parse(query), { width });
          return printed === formatted ? undefined : `printed as ${printed}`;
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          return `refused: ${error.message}`;
        }
      },
    ),
};
