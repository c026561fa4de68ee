// The files that say which lines are collected: each by its key.
import type { Config } from '#config/options.ts';
import { createAlloyFile } from './alloy-file.ts';
import type { CollectionFile, CollectionFileDeps } from './collection-file.ts';
import { createPromtailFile } from './promtail-file.ts';

export function createCollectionFiles(config: Config, deps: CollectionFileDeps): CollectionFile[] {
  const promtail = config['promtail.config_file'];
  const alloy = config['alloy.config'];
  return [
    ...(promtail === undefined ? [] : [createPromtailFile(promtail, deps)]),
    ...(alloy === undefined ? [] : [createAlloyFile(alloy, deps)]),
  ];
}
