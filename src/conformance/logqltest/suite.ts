// The scripts (*.logqltest) of one folder, asked over HTTP; a tenant for each section.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#lib/errors.ts';
import { inParallel, request } from '../http.ts';
import type { CaseResult, Suite, SuiteContext } from '../suite.ts';
import type { Target } from '../target.ts';
import { runLogEval } from './ask.ts';
import { type LoadedEntry, type LogCommand, type LogEval, parseLogScript } from './script.ts';

interface Section {
  readonly entries: readonly LoadedEntry[];
  readonly evals: LogEval[];
}

const sectionsAtOnce = 6;
let sectionsRun = 0;

export function logqltestSuite(name: string, folder: string, files: readonly string[]): Suite {
  return {
    name,
    kind: 'logql-scripts',
    needsServer: true,
    run: async (context) => {
      const results: CaseResult[] = [];
      for (const file of files) {
        results.push(...(await runFile(file, readFileSync(join(folder, file), 'utf8'), context)));
        context.progress(`${name}/${file}`);
      }
      return results;
    },
  };
}

async function runFile(
  file: string,
  text: string,
  { target }: SuiteContext,
): Promise<readonly CaseResult[]> {
  let sections: Section[];
  try {
    sections = toSections(parseLogScript(text));
  } catch (error) {
    return [{ id: file, failure: `this script is not understood: ${messageOf(error)}` }];
  }
  const run = inParallel(sections, sectionsAtOnce, (one) => runSection(file, one, target));
  return (await run).flat();
}

function toSections(commands: readonly LogCommand[]): Section[] {
  const sections: Section[] = [];
  let loaded: LoadedEntry[] = [];
  let isNew = true;
  for (const command of commands) {
    if (command.kind === 'eval') {
      if (isNew) sections.push({ entries: loaded, evals: [] });
      isNew = false;
      sections.at(-1)?.evals.push(command);
    } else {
      loaded = command.kind === 'clear' ? [] : [...loaded, ...command.entries];
      isNew = true;
    }
  }
  return sections;
}

async function runSection(file: string, section: Section, target: Target): Promise<CaseResult[]> {
  const idOf = ({ line, isInstant, query }: LogEval): string =>
    `${file}:${line} ${isInstant ? 'instant' : 'range'} ${query}`;
  const failAll = (failure: string): CaseResult[] =>
    section.evals.map((one) => ({ id: idOf(one), failure }));
  if (!target.hasTenants) return failAll('the target has no tenants, and Loki deletes nothing');
  const tenant = `logqltest-${++sectionsRun}`;
  const refusal = await push(section.entries, target, tenant);
  if (refusal !== undefined) return failAll(`cannot load: ${refusal}`);
  const results: CaseResult[] = [];
  for (const one of section.evals) {
    const outcome = await runLogEval(one, { base: target.loki, tenant });
    results.push({ id: idOf(one), ...outcome });
  }
  return results;
}

async function push(
  entries: readonly LoadedEntry[],
  target: Target,
  tenant: string,
): Promise<string | undefined> {
  if (entries.length === 0) return undefined;
  const streams = entries.map(({ labels, metadata, line, timeNano }) => ({
    stream: labels,
    values: [[String(timeNano), line, metadata]],
  }));
  const { status, body } = await request(target.loki, {
    method: 'POST',
    path: '/loki/api/v1/push',
    headers: { 'content-type': 'application/json', 'x-scope-orgid': tenant },
    body: JSON.stringify({ streams }),
  });
  return status < 300 ? undefined : `${status} ${body.toString().slice(0, 200)}`;
}
