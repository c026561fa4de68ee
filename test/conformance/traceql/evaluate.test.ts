// Our cases of evaluation on spans given as data. A case is a query, spansets in (each stands for one
// trace), spansets out; compared as sets.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import {
  type EvaluationCase,
  evaluationProblem,
} from '#conformance/converted/traceql-evaluation.ts';

const text = readFileSync(new URL('evaluate.yaml', import.meta.url), 'utf8');

describe('our evaluation cases', () => {
  for (const each of parseYaml(text) as EvaluationCase[]) {
    it(each.query, () => expect(evaluationProblem(each)).toBeUndefined());
  }
});
