// What is counted of log files, by the names that Promtail's dashboards ask for.
// https://grafana.com/docs/loki/latest/send-data/promtail/#metrics
import type { Meter, MetricPoint } from '#internal-telemetry/meter.ts';

/** Of one file that is being read. */
export interface FileCounts {
  readonly path: string;
  readonly lines: number;
  readonly readBytes: number;
  readonly sizeBytes: number;
}

export interface FileInstruments {
  readonly encodingFailures: () => void;
  readonly truncated: () => void;
  readonly waited: () => void;
  /** A file was deleted before its end was read. */
  readonly gone: () => void;
}

type Files = () => Iterable<FileCounts>;

/** Sources of one program share the meter: each is asked for its files. */
const sourcesOf = new WeakMap<Meter, Set<Files>>();

/** `files` is asked until `unregister`. */
export function registerFiles(meter: Meter, files: Files): { unregister(): void } {
  let sources = sourcesOf.get(meter);
  if (!sources) {
    sources = new Set();
    sourcesOf.set(meter, sources);
    observeAll(meter, sources);
  }
  sources.add(files);
  return { unregister: () => void sources.delete(files) };
}

function observeAll(meter: Meter, sources: ReadonlySet<Files>): void {
  const all = (): FileCounts[] => [...sources].flatMap((files) => [...files()]);
  const perFile = (name: string, help: string, value: (file: FileCounts) => number): void =>
    meter.observe(name, help, (): MetricPoint[] => {
      const sums = new Map<string, number>();
      for (const file of all()) sums.set(file.path, (sums.get(file.path) ?? 0) + value(file));
      return [...sums].map(([path, sum]) => ({ labels: { path }, value: sum }));
    });
  perFile('promtail_read_bytes_total', 'Bytes read, by file.', ({ readBytes }) => readBytes);
  perFile('promtail_read_lines_total', 'Lines read, by file.', ({ lines }) => lines);
  perFile(
    'promtail_file_bytes_total',
    'Size of files that are read.',
    ({ sizeBytes }) => sizeBytes,
  );
  meter.observe('promtail_files_active_total', 'Files that are being read.', () => all().length);
}

export function createFileInstruments(meter: Meter): FileInstruments {
  const truncated = meter.counter(
    'sightline_log_file_truncations_total',
    'Log files that were cut, or filled anew in place, and read from their beginning.',
  );
  const encodingFailures = meter.counter(
    'promtail_encoding_failures_total',
    'Compressed log files that could not be read to their end.',
  );
  const gone = meter.counter(
    'sightline_log_files_gone_total',
    'Log files that were deleted, or moved out of sight, before they were read to their end.',
  );
  const waits = meter.counter(
    'sightline_log_file_waits_total',
    'How often a log file was left alone because too much of it waits for its commit.',
  );
  return {
    truncated: () => truncated.add(1),
    encodingFailures: () => encodingFailures.add(1),
    waited: () => waits.add(1),
    gone: () => gone.add(1),
  };
}
