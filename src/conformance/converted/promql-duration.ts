// Texts of durations, what they mean and how they are printed.
import { parseDurationMs, printDurationMs } from '#query/promql/syntax/number.ts';
import type { CaseResult } from '../suite.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly input: string;
  readonly ns: number;
  readonly canonical: string;
}

/** What an int64 of nanoseconds holds. */
const nanosMax = 2 ** 63;

/** `0` needs no unit; a sign is allowed where a negative duration is. */
function durationMs(text: string): number | undefined {
  const digits = text.replace(/^-/, '');
  const ms = digits === '0' ? 0 : parseDurationMs(digits);
  if (ms === undefined || ms * 1e6 >= nanosMax) return undefined;
  return text.startsWith('-') ? -ms : ms;
}

export const promqlDuration: ConvertedKind = {
  kind: 'promql-duration',
  recognise: (file) => hasNames(file, ['input', 'ns', 'canonical']),
  run: (file): CaseResult[] => [
    ...check(
      casesOf<Case>(file),
      ({ input }) => input,
      ({ input, ns, canonical }) => {
        const ms = durationMs(input);
        if (ms === undefined || ms * 1e6 !== ns) return `${ms} ms for ${ns} ns`;
        const printed = printDurationMs(ms);
        return printed === canonical ? undefined : `printed as ${printed} for ${canonical}`;
      },
    ),
    ...check(
      casesOf<string>(file, 'invalid'),
      (text) => `invalid ${text}`,
      (text) => (durationMs(text) === undefined ? undefined : 'accepted'),
    ),
  ],
};
