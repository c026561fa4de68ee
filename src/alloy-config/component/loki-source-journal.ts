// loki.source.journal
import { labels } from '#prometheus-config/labels-type.ts';
import { field, section } from '#prometheus-config/section.ts';
import { flag, text } from '#prometheus-config/type.ts';
import { goDuration, passedOver } from '#promtail-config/type.ts';
import { argumentsOf, type Component, receiversOf, rulesOf } from './component.ts';

const HOUR = 3_600_000;

const journalSection = section<{
  asJson: boolean;
  ageMsMax: number;
  path: string;
  matches: string;
  labels: typeof labels.zero;
  others: undefined;
}>({
  asJson: field('format_as_json', flag),
  ageMsMax: field('max_age', goDuration, { fallback: 7 * HOUR }),
  path: field('path', text),
  matches: field('matches', text),
  labels: field('labels', labels),
  others: passedOver(['legacy_position']),
});

export const lokiSourceJournal: Component = {
  spec: { blocks: { legacy_position: {} }, values: ['forward_to', 'relabel_rules'] },
  run: (input) => {
    const { id, place, graph } = input;
    const { others: _, ...own } = argumentsOf(input, journalSection);
    graph.sources.push({
      ...own,
      kind: 'journal',
      id,
      place,
      forwardTo: receiversOf(input),
      relabel: rulesOf(input),
    });
    return {};
  },
};
