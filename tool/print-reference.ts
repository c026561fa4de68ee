// Path → text of every generated page of docs/reference/.
import { flagOf, type OptionKey, options, variableOf } from '#config/options.ts';
import { printLogStages } from './log-stages-page.ts';
import {
  printConfig,
  printErrors,
  printMetrics,
  readErrorCodes,
  readOwnMetrics,
} from './reference.ts';
import type { SourceFile } from './tidy/source-file.ts';

type Pages = Readonly<Record<string, string>>;

/** What the sources alone say. */
export async function printSourceReference(files: readonly SourceFile[]): Promise<Pages> {
  const keys = Object.keys(options) as OptionKey[];
  return {
    'docs/reference/log-stages.md': printLogStages(),
    'docs/reference/errors.md': printErrors(await readErrorCodes(files)),
    'docs/reference/config.md': printConfig(
      keys.map((key) => ({
        ...options[key],
        key,
        flagName: flagOf(key),
        variable: variableOf(key),
      })),
    ),
  };
}

/** What a program that runs at `url` says of itself. */
export async function printProgramReference(url: string): Promise<Pages> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`cannot read ${url}/metrics: status ${response.status}`);
  return { 'docs/reference/metrics.md': printMetrics(readOwnMetrics(await response.text())) };
}
