// The scripts (*.test) of one folder, asked over HTTP. Each section has a tenant of its own, so that
// sections run side by side and nothing has to be deleted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OperationError } from '#lib/errors.ts';
import { inParallel, request } from '../http.ts';
import { encodeWrite, writeRequest } from '../remote-write.ts';
import type { CaseResult, Suite, SuiteContext } from '../suite.ts';
import type { Target } from '../target.ts';
import { type EvalTarget, runEval } from './ask.ts';
import { parseScript } from './script.ts';
import { type Section, toSections } from './section.ts';

const sectionsAtOnce = 6;

export function promqltestSuite(name: string, folder: string, files: readonly string[]): Suite {
  return {
    name,
    kind: 'promql-scripts',
    needsServer: true,
    run: async (context) => {
      const results: CaseResult[] = [];
      for (const file of files) {
        const text = readFileSync(join(folder, file), 'utf8');
        results.push(...(await runFile(file, text, context)));
        context.progress(`${name}/${file}`);
      }
      return results;
    },
  };
}

async function runFile(
  file: string,
  text: string,
  { target, mode }: SuiteContext,
): Promise<readonly CaseResult[]> {
  let sections: Section[];
  try {
    sections = toSections(parseScript(text));
  } catch (error) {
    return [{ id: file, failure: `this script is not understood: ${messageOf(error)}` }];
  }
  const atOnce = target.hasTenants ? sectionsAtOnce : 1;
  const run = inParallel(sections, atOnce, (section) => {
    const tenant = `conformance-${++sectionsRun}`;
    const variants = mode === 'default' ? 'all' : 'few';
    return runSection(file, section, target, { base: target.prometheus, tenant, variants });
  });
  return (await run).flat();
}

let sectionsRun = 0;

async function runSection(
  file: string,
  section: Section,
  target: Target,
  place: EvalTarget,
): Promise<CaseResult[]> {
  if (!target.hasTenants) await deleteAll(target);
  if (section.series.length > 0) {
    const written = await request(
      target.prometheus,
      await writeRequest(encodeWrite(section.series), place.tenant),
    );
    if (written.status >= 300) {
      const failure = `cannot load: ${written.status} ${written.body.toString().slice(0, 200)}`;
      return section.evals.map((one) => ({ id: idOf(file, one), failure }));
    }
  }
  const results: CaseResult[] = [];
  for (const one of section.evals) {
    const outcome = await runEval(one, place);
    results.push({ id: idOf(file, one), ...outcome });
  }
  return results;
}

const idOf = (file: string, { line, query, isInstant }: Section['evals'][number]): string =>
  `${file}:${line} ${isInstant ? 'instant' : 'range'} ${query}`;

/** A Prometheus has to be started with --web.enable-admin-api for this. */
async function deleteAll({ prometheus }: Target): Promise<void> {
  const answer = await request(prometheus, {
    method: 'POST',
    path: '/api/v1/admin/tsdb/delete_series',
    params: [['match[]', '{__name__=~".+"}']],
  });
  if (answer.status < 300) return;
  throw new OperationError(
    'conformance_target',
    `cannot delete the data of the section before: ${prometheus} has no tenants, and answers ${answer.status} to /api/v1/admin/tsdb/delete_series; enable tenants (tenancy.enabled) or its admin API`,
    { retryable: false },
  );
}
