// The Promtail file of `promtail.config_file`.
import { formatProblem } from '#prometheus-config/place.ts';
import { loadPromtailConfig } from '#promtail-config/load.ts';
import {
  type CollectionFile,
  type CollectionFileDeps,
  createCollectionFile,
} from './collection-file.ts';

const key = 'promtail.config_file';

export function createPromtailFile(
  file: string,
  { logger, env }: CollectionFileDeps,
): CollectionFile {
  const load = () => {
    const { config, urls } = loadPromtailConfig({ file, env }, (warning) =>
      logger.warn(key, { problem: formatProblem(warning) }),
    );
    if (urls.length > 0) {
      logger.info(`${key}: lines are stored here, not sent to its clients`, {
        urls: urls.join(' '),
      });
    }
    return config;
  };
  return createCollectionFile(key, load, { logger });
}
