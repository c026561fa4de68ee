// PromQL texts that are accepted or refused, with the place of the mistake.
import { InputError } from '#lib/errors.ts';
import { checkQuery } from '#query/promql/run.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly input?: string;
  /** Bytes that are no UTF-8. */
  readonly input_base64?: string;
  readonly valid: boolean;
  readonly errors?: readonly { readonly start: number; readonly end: number }[];
}

export const promqlParser: ConvertedKind = {
  kind: 'promql-parser',
  recognise: (file) =>
    file.name.startsWith('parser') && hasNames(file, ['input', 'valid']) && !hasNames(file, ['op']),
  run: (file) => check(casesOf<Case>(file), (one, i) => `${i} ${textOf(one)}`, problemOf),
};

/** As a request brings it: what is no UTF-8 is replaced. */
const textOf = ({ input, input_base64: base64 = '' }: Case): string =>
  input ?? Buffer.from(base64, 'base64').toString();

/** The mistake has to be found at its place; the words for it are free. */
function problemOf(one: Case): string | undefined {
  const { valid, errors = [] } = one;
  const text = textOf(one);
  try {
    checkQuery(text);
    return valid ? undefined : 'accepted';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (valid) return `refused: ${error.message}`;
    const from = Buffer.byteLength(text.slice(0, error.span?.from));
    if (errors.length === 0 || errors.some(({ start }) => start === from)) return undefined;
    return `refused at ${from}: ${error.message}`;
  }
}
