// local.file_match and local.file.
import { field, section } from '#prometheus-config/section.ts';
import { flag, path, text } from '#prometheus-config/type.ts';
import { goDuration, needed } from '#promtail-config/type.ts';
import { unknown } from '../value.ts';
import { argumentsOf, type Component, targetsOf, unknownTargetsOf } from './component.ts';

const matchSection = section<{ syncPeriodMs: number; ignoresOlderThanMs: number }>({
  syncPeriodMs: field('sync_period', goDuration, { fallback: 10_000 }),
  ignoresOlderThanMs: field('ignore_older_than', goDuration),
});

export const fileMatch: Component = {
  spec: { values: ['path_targets'] },
  run: (input) => {
    const { id, place, graph } = input;
    const match = argumentsOf(input, matchSection);
    const lost = unknownTargetsOf(input, 'path_targets');
    if (lost !== undefined) return { targets: [lost] };
    const from = targetsOf(input, 'path_targets');
    graph.targets.push({ kind: 'relabel', id, place, from, rules: [] });
    graph.setFileMatch(id, match);
    return { targets: [{ kind: 'targets', id }] };
  },
};

const fileSection = section<{ file: string; detector: string; pollMs: number; isSecret: boolean }>({
  file: needed('filename', path),
  detector: field('detector', text),
  pollMs: field('poll_frequency', goDuration),
  isSecret: field('is_secret', flag),
});

/** Read when the configuration is; a file that is not there is unknown to those who use it. */
export const localFile: Component = {
  spec: {},
  run: (input) => {
    const { file } = argumentsOf(input, fileSection);
    const content = file === '' ? undefined : input.readFile(file);
    if (content === undefined && file !== '') {
      input.at.key('filename').warn(input.place, `${file} cannot be read`);
    }
    return { content: content ?? unknown(`the content of ${file}`) };
  },
};
