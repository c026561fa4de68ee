// Templates of alerts: text and the result of its queries in, text out. Errors need not have the same
// words.
import { messageOf } from '#lib/errors.ts';
import { GoList, type GoValue } from '#lib/gotemplate/value.ts';
import { expandTemplate } from '#rule/template/expand.ts';
import type { CaseResult } from '../suite.ts';
import { type ConvertedKind, casesOf, hasNames } from './kind.ts';

interface Case {
  readonly case: number;
  readonly text: string;
  readonly output?: string;
  readonly html?: boolean;
  readonly should_fail?: boolean;
  readonly options?: readonly string[];
  readonly input?: readonly (number | string)[];
  readonly query_result?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** The time and the address that the file says its cases were made with. */
const timeMs = 1_353_755_652_000;
const externalUrl = 'http://testhost:9090/path/prefix';

export const promqlTemplate: ConvertedKind = {
  kind: 'promql-template',
  recognise: (file) => file.name.startsWith('template') && hasNames(file, ['text']),
  run: (file) =>
    Promise.all(
      casesOf<Case>(file).map(
        async (one): Promise<CaseResult> => ({
          id: `${one.case} ${one.text}`,
          failure: await problemOf(one),
        }),
      ),
    ),
};

async function problemOf(one: Case): Promise<string | undefined> {
  try {
    const output = await expand(one);
    if (one.should_fail) return `accepted: ${output}`;
    return output === one.output ? undefined : `${output} for ${one.output}`;
  } catch (error) {
    return one.should_fail ? undefined : `refused: ${messageOf(error)}`;
  }
}

function expand({ text, html, options, input, query_result: result }: Case): Promise<string> {
  const data: GoValue = input === undefined ? undefined : new GoList(input);
  const context = { timeMs, externalUrl, query: async () => result ?? [] };
  const missingKey = options?.includes('missingkey=error') ? 'error' : 'zero';
  return expandTemplate(text, 'test', data, context, { isHtml: html ?? false, missingKey });
}
