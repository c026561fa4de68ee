// The figures that every ingest case reports.
import type { IngestFigures, TableSize } from './phase.ts';
import type { Figure } from './report.ts';

export function ingestFigures(
  what: string,
  figures: IngestFigures,
  options: { readonly atLeast: number; readonly table: TableSize | undefined },
): Figure[] {
  return [
    {
      name: `${what} per second`,
      value: figures.itemsPerSecond,
      unit: '/s',
      atLeast: options.atLeast,
    },
    { name: `${what}: CPU per million`, value: figures.cpuSecondsPerMillion, unit: 'CPU s' },
    {
      name: `${what}: sender's CPU per million`,
      value: figures.senderCpuSecondsPerMillion,
      unit: 'CPU s',
    },
    { name: `${what}: peak RSS`, value: figures.peakResidentBytes / 2 ** 20, unit: 'MiB' },
    { name: `${what}: refused`, value: figures.refused, unit: 'items' },
    {
      name: `${what}: on disk after merges`,
      value: (options.table?.bytes ?? Number.NaN) / figures.items,
      unit: 'bytes each',
    },
  ];
}
