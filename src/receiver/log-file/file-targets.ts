// Targets with `__path__` (a pattern, `__path_exclude__` beside it) as what to look for.
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { type Glob, matchesGlob, parseGlob } from './glob.ts';

export interface FileTarget {
  /** Its labels as text: what tells it from others. */
  readonly key: string;
  readonly glob: Glob;
  readonly labels: LabelPairs;
  excludes(path: string): boolean;
}

/** Undefined without a path. Throws InputError `log_glob_invalid`. */
export function toFileTarget(target: LabelPairs, sourceLabels: LabelPairs): FileTarget | undefined {
  const labels = new Map(target);
  const path = labels.get('__path__');
  if (path === undefined || path === '') return undefined;
  const excluded = labels.get('__path_exclude__');
  const exclude = excluded ? parseGlob(excluded) : undefined;
  // Of the names for relabelling only the tenant goes on.
  const kept = target.filter(([name]) => !name.startsWith('__') || name === '__tenant_id__');
  return {
    key: JSON.stringify([path, excluded, ...kept]),
    glob: parseGlob(path),
    labels: [...new Map([...sourceLabels, ...kept])],
    excludes: (file) => exclude !== undefined && matchesGlob(exclude, file),
  };
}
