// The prometheus.yml of `prometheus.config_file`: read at the start and on each reload, and handed to
// everybody who works by it. A file that anybody cannot take changes nothing for anybody.
import type { ConfigView } from '#api/prometheus/views.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { PrometheusConfig } from '#prometheus-config/config.ts';
import { loadPrometheusConfig } from '#prometheus-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';

/** Looks at a new file, throws InputError when it cannot be taken, and answers what takes it. */
export type Prepare = (config: PrometheusConfig) => Promise<() => Promise<void>>;

export interface PrometheusFile {
  readonly view: ConfigView;
  /** `global.evaluation_interval`, which is also the step of subqueries that name none. */
  evaluationIntervalMs(): number;
  /** To be called before start(). */
  onConfig(prepare: Prepare): void;
  /** Reads the file for the first time. Throws InputError when it is wrong. */
  start(): Promise<void>;
}

export interface PrometheusFileDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** For `external_labels`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Prometheus's own, until a file is read. */
const defaultIntervalMs = 60_000;

export function createPrometheusFile(
  file: string,
  { clock, logger, env }: PrometheusFileDeps,
): PrometheusFile {
  const prepares: Prepare[] = [];
  let current: PrometheusConfig | undefined;
  let lastReload = { isOk: true, timeMs: clock.nowMs() };
  let reloading: Promise<void> = Promise.resolve();

  const load = async (): Promise<void> => {
    const config = loadPrometheusConfig({ file, env }, (warning) =>
      logger.warn('prometheus.config_file', { problem: formatProblem(warning) }),
    );
    const commits: (() => Promise<void>)[] = [];
    for (const prepare of prepares) commits.push(await prepare(config));
    for (const commit of commits) await commit();
    current = config;
  };
  const reload = async (): Promise<void> => {
    try {
      await load();
      lastReload = { isOk: true, timeMs: clock.nowMs() };
      logger.info('prometheus.config_file is read again', { file });
    } catch (error) {
      lastReload = { isOk: false, timeMs: lastReload.timeMs };
      logger.error('prometheus.config_file cannot be taken; the old one stays', {
        file,
        error: messageOf(error),
      });
      throw error;
    }
  };
  return {
    view: {
      yaml: () => current?.yaml ?? '',
      externalLabels: () => Object.fromEntries(current?.global.externalLabels ?? []),
      get lastReload() {
        return lastReload;
      },
      reload: () => {
        reloading = reloading.catch(() => {}).then(reload);
        return reloading;
      },
    },
    evaluationIntervalMs: () => current?.global.evaluationIntervalMs ?? defaultIntervalMs,
    onConfig: (prepare) => void prepares.push(prepare),
    start: () => {
      reloading = load();
      return reloading;
    },
  };
}
