// Targets in files, watched and read again.
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import { filesOf } from '#prometheus-config/file-pattern.ts';
import type { Discovery, DiscoveryContext, TargetGroup } from './discovery.ts';
import { createRefreshing, reportFailure } from './refreshing.ts';
import { targetGroupsOfJson, targetGroupsOfYaml, toTargetGroups } from './target-groups.ts';

export function createFileDiscovery(
  config: FileDiscoveryConfig,
  context: DiscoveryContext,
): Discovery {
  // Of each file, as it was good last.
  const good = new Map<string, TargetGroup[]>();
  return createRefreshing(
    {
      kind: 'file',
      intervalMs: config.refreshIntervalMs,
      refresh: async () => {
        const files = new Set(config.files.flatMap(filesOf));
        for (const file of good.keys()) if (!files.has(file)) good.delete(file);
        for (const file of files) {
          try {
            good.set(file, await readTargetFile(file));
          } catch (error) {
            reportFailure('file', error, context);
          }
        }
        return [...good.values()].flat();
      },
      watch: (wake) => watchFolders(new Set(config.files.map((file) => dirname(file))), wake),
    },
    context,
  );
}

async function readTargetFile(file: string): Promise<TargetGroup[]> {
  const text = await readFile(file, 'utf8');
  const isJson = file.toLowerCase().endsWith('.json');
  const groups = isJson ? targetGroupsOfJson(text, file) : targetGroupsOfYaml(text, file);
  return toTargetGroups(groups, file, [['__meta_filepath', file]]);
}

/** Folders, not files: editors and ConfigMaps replace files. What cannot be watched is looked at in
 * its interval. */
function watchFolders(folders: ReadonlySet<string>, wake: () => void): () => void {
  const watchers = [...folders].flatMap((folder): FSWatcher[] => {
    try {
      return [watch(folder, { persistent: false }, wake).on('error', () => {})];
    } catch {
      return [];
    }
  });
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
