// The scripts (*.test) of one folder, asked over HTTP. Each section has a tenant of its own, so that
// sections run side by side and nothing has to be deleted; without tenants they take turns.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import { inParallel, request } from '../http.ts';
import { encodeWrite, writeRequest } from '../remote-write.ts';
import type { CaseResult, Suite, SuiteContext } from '../suite.ts';
import type { Target } from '../target.ts';
import { type EvalTarget, runEval } from './ask.ts';
import { moveSection } from './move.ts';
import { type Places, placesOf } from './places.ts';
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
      const { target } = context;
      const nowMs = systemClock.nowMs();
      const places = target.hasTenants ? undefined : await placesOf(target, nowMs);
      for (const file of files) {
        const text = readFileSync(join(folder, file), 'utf8');
        results.push(...(await runFile(file, text, { ...context, places })));
        context.progress(`${name}/${file}`);
      }
      return results;
    },
  };
}

async function runFile(
  file: string,
  text: string,
  { target, mode, places }: SuiteContext & { readonly places: Places | undefined },
): Promise<readonly CaseResult[]> {
  let sections: Section[];
  try {
    sections = toSections(parseScript(text));
  } catch (error) {
    return [{ id: file, failure: `this script is not understood: ${messageOf(error)}` }];
  }
  const run = inParallel(sections, places ? 1 : sectionsAtOnce, async (section) => {
    const shiftMs = (await places?.next(section)) ?? 0;
    const tenant = `conformance-${++sectionsRun}`;
    const variants = mode === 'default' ? 'all' : 'few';
    const place = { base: target.prometheus, tenant, variants, shiftMs } as const;
    return runSection(file, moveSection(section, shiftMs), target, place);
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
