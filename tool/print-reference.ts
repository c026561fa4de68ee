// Path → text of every generated page of docs/reference/.
import { flagOf, type OptionKey, options, variableOf } from '#config/options.ts';
import {
  printConfig,
  printErrors,
  printMetrics,
  readErrorCodes,
  readOwnMetrics,
} from './reference.ts';
import type { SourceFile } from './tidy/source-file.ts';

export async function printReference(
  files: readonly SourceFile[],
): Promise<Readonly<Record<string, string>>> {
  const keys = Object.keys(options) as OptionKey[];
  return {
    'docs/reference/errors.md': printErrors(await readErrorCodes(files)),
    'docs/reference/metrics.md': printMetrics(readOwnMetrics(files)),
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
