// The Alloy file, or the folder of them, of `alloy.config`.
import { loadAlloyConfig } from '#alloy-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import {
  type CollectionFile,
  type CollectionFileDeps,
  createCollectionFile,
} from './collection-file.ts';

const key = 'alloy.config';

export function createAlloyFile(path: string, { logger, env }: CollectionFileDeps): CollectionFile {
  const load = () => {
    const config = loadAlloyConfig(path, { env }, (warning) =>
      logger.warn(key, { problem: formatProblem(warning) }),
    );
    const writes = config.nodes.filter(({ kind }) => kind === 'write');
    if (writes.length > 0) {
      const ids = writes.map(({ id }) => id).join(' ');
      logger.info(`${key}: lines are stored here, not sent to endpoints`, { components: ids });
    }
    return config;
  };
  return createCollectionFile(key, load, { logger });
}
