// loki.source.file

import { field, section } from '#prometheus-config/section.ts';
import { flag, text } from '#prometheus-config/type.ts';
import { fileDefaults } from '#promtail-config/file-defaults.ts';
import { anyCase, goDuration, optionalText, passedOver } from '#promtail-config/type.ts';
import { argumentsOf, type Component, receiversOf, targetsOf } from './component.ts';

const decompressionSection = section<{
  isEnabled: boolean;
  format: 'gz' | 'z' | 'bz2';
  others: undefined;
}>({
  isEnabled: field('enabled', flag),
  format: field('format', anyCase(['gz', 'z', 'bz2'] as const, 'gz')),
  others: passedOver(['initial_delay']),
});

const watchSection = section<{ pollMs: number; slowestMs: number }>({
  pollMs: field('min_poll_frequency', goDuration, { fallback: fileDefaults.pollMs }),
  slowestMs: field('max_poll_frequency', goDuration),
});

const matchSection = section<{ isOn: boolean; syncPeriodMs: number; ignoresOlderThanMs: number }>({
  isOn: field('enabled', flag),
  syncPeriodMs: field('sync_period', goDuration, { fallback: fileDefaults.syncPeriodMs }),
  ignoresOlderThanMs: field('ignore_older_than', goDuration),
});

const fileSection = section<{
  encoding: string | undefined;
  tailsFromEnd: boolean;
  decompression: typeof decompressionSection.fallback;
  watch: typeof watchSection.fallback;
  match: typeof matchSection.fallback;
  positionsFile: string;
  olderPositionsFile: string;
  others: undefined;
}>({
  encoding: field('encoding', optionalText),
  tailsFromEnd: field('tail_from_end', flag),
  decompression: field('decompression', decompressionSection),
  watch: field('file_watch', watchSection),
  match: field('file_match', matchSection),
  positionsFile: field('legacy_positions_file', text),
  olderPositionsFile: field('legacy_position_file', text),
  others: passedOver(['on_positions_file_error']),
});

export const lokiSourceFile: Component = {
  spec: {
    blocks: { decompression: {}, file_watch: {}, file_match: {} },
    values: ['targets', 'forward_to'],
  },
  run: (input) => {
    const { id, place, graph } = input;
    const { encoding, tailsFromEnd, decompression, watch, match, ...positions } = argumentsOf(
      input,
      fileSection,
    );
    const targets = targetsOf(input);
    const { syncPeriodMs, ignoresOlderThanMs } = graph.fileMatchOf(targets) ?? match;
    graph.sources.push({
      ...fileDefaults,
      kind: 'file',
      id,
      place,
      forwardTo: receiversOf(input),
      labels: [],
      targets,
      encoding,
      decompression: decompression.isEnabled ? decompression.format : 'none',
      tailsFromEnd,
      syncPeriodMs,
      ignoresOlderThanMs,
      pollMs: watch.pollMs,
      positionsFile: positions.positionsFile || positions.olderPositionsFile,
    });
    return {};
  },
};
