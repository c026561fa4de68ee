import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GoList, type GoValue } from '#lib/gotemplate/value.ts';
import { expandTemplate } from './expand.ts';

interface Case {
  readonly case: number;
  readonly text: string;
  readonly output?: string;
  readonly html?: boolean;
  readonly should_fail?: boolean;
  readonly error?: string;
  readonly options?: readonly string[];
  readonly input?: readonly (number | string)[];
  readonly query_result?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const path = '../shared/conformance/promql/converted/template_cases.json';
const cases: readonly Case[] = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }).cases
  : [];

function run({ text, html, options, input, query_result }: Case): Promise<string> {
  const data: GoValue = input === undefined ? undefined : new GoList(input);
  const context = {
    timeMs: 1_353_755_652_000,
    externalUrl: 'http://testhost:9090/path/prefix',
    query: async () => query_result ?? [],
  };
  const missingKey = options?.includes('missingkey=error') ? 'error' : 'zero';
  return expandTemplate(text, 'test', data, context, { isHtml: html ?? false, missingKey });
}

describe.runIf(cases.length > 0)('cases of Prometheus', () => {
  for (const each of cases) {
    it(`${each.case}: ${each.text}`, async () => {
      if (each.should_fail) {
        await expect(run(each)).rejects.toThrow(
          expect.objectContaining({ message: each.error }) as Error,
        );
      } else {
        expect(await run(each)).toBe(each.output);
      }
    });
  }
});
