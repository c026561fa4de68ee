// Loki's configuration file in, what of it means something here out, with everything that is wrong or that
// means nothing. `${NAME}` and `${NAME:-default}` are filled in first, as by -config.expand-env.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, messageOf } from '#lib/errors.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import { Cursor } from '#prometheus-config/reading.ts';
import { readValue } from '#prometheus-config/type.ts';
import { parseYaml, type YamlNode } from '#prometheus-config/yaml-tree.ts';
import type { LokiConfig } from './config.ts';
import { fileSection, type WrittenLokiFile } from './sections.ts';

export interface LokiLoadOptions {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LokiLoadResult {
  /** Undefined when there is an error among the problems. */
  readonly config: LokiConfig | undefined;
  readonly problems: readonly Problem[];
}

/** From a text; never throws. */
export function parseLokiConfig(text: string, { file, env }: LokiLoadOptions): LokiLoadResult {
  const problems: Problem[] = [];
  const tree = parseYaml(expandVariables(text, env), file, problems);
  if (!tree) return { config: undefined, problems };
  const at = new Cursor({ file, folder: dirname(file), isStrict: true, problems });
  const written = readValue(fileSection, tree, at);
  const isWrong = problems.some(({ severity }) => severity === 'error');
  return { config: isWrong ? undefined : finish(written, file), problems };
}

/** Throws InputError `loki_config_unreadable`, or `loki_config_invalid` with every mistake. */
export function loadLokiConfig(
  options: LokiLoadOptions,
  onWarning: (warning: Problem) => void = () => {},
): LokiConfig {
  let text: string;
  try {
    text = readFileSync(options.file, 'utf8');
  } catch (cause) {
    const what = `cannot read ${options.file}: ${messageOf(cause)}`;
    throw new InputError('loki_config_unreadable', what, { cause });
  }
  const { config, problems } = parseLokiConfig(text, options);
  for (const problem of problems) if (problem.severity === 'warning') onWarning(problem);
  if (config) return config;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new InputError('loki_config_invalid', errors.map(formatProblem).join('\n'));
}

/** Keys that only Loki's file has: Tempo and Mimir share the others. */
const lokiKeys = ['auth_enabled', 'schema_config', 'limits_config', 'chunk_store_config'];
const foreignKeys = ['scrape_configs', 'clients', 'positions', 'overrides', 'groups'];

export function isLokiFile(tree: YamlNode | undefined): boolean {
  if (tree?.kind !== 'map') return false;
  const keys = tree.entries.map(({ key }) => key);
  return (
    keys.some((key) => lokiKeys.includes(key)) && !keys.some((key) => foreignKeys.includes(key))
  );
}

const finish = (written: WrittenLokiFile, file: string): LokiConfig => {
  const { authEnabled, server, limits, compactor, ruler, ruleStorage, common } = written;
  const { storage, ...ofRuler } = ruler;
  return {
    file,
    authEnabled,
    server,
    limits,
    compactor,
    ruler: { ...ofRuler, rulesDirectory: storage.local.directory || ruleStorage.local.directory },
    commonRulesDirectory: common.storage.filesystem.rulesDirectory,
  };
};

const expandVariables = (text: string, env: LokiLoadOptions['env']): string =>
  text.replace(
    /\$\{([A-Za-z_]\w*)(?::?[-=]([^}\n]*))?\}/g,
    (_, name: string, fallback?: string) => {
      const value = env[name];
      return value === undefined || value === '' ? (fallback ?? '') : value;
    },
  );
