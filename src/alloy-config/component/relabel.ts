// discovery.relabel and loki.relabel: the same rules, on targets and on lines.
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import {
  finishRelabel,
  relabelList,
  type WrittenRelabelConfig,
} from '#prometheus-config/relabel-section.ts';
import { field, section } from '#prometheus-config/section.ts';
import { unsigned } from '#prometheus-config/type.ts';
import {
  argumentsOf,
  type Component,
  type ComponentInput,
  receiversOf,
  targetsOf,
  unknownTargetsOf,
} from './component.ts';

const relabelSection = section<{ rules: readonly WrittenRelabelConfig[]; cacheSize: number }>({
  rules: field('rule', relabelList('rule')),
  cacheSize: field('max_cache_size', unsigned),
});

const rulesIn = (input: ComponentInput): readonly RelabelConfig[] =>
  argumentsOf(input, relabelSection).rules.map((rule) => finishRelabel(rule, 'utf8'));

export const discoveryRelabel: Component = {
  spec: { blocks: { rule: { isList: true } }, values: ['targets'] },
  run: (input) => {
    const rules = rulesIn(input);
    const { id, place, graph } = input;
    const lost = unknownTargetsOf(input);
    if (lost !== undefined) return { output: [lost], rules: { kind: 'rules', rules } };
    const from = targetsOf(input);
    // Of nothing: somebody wants only the rules.
    if (from.length > 0) graph.targets.push({ kind: 'relabel', id, place, from, rules });
    const output = from.length > 0 ? [{ kind: 'targets', id } as const] : [];
    return { output, rules: { kind: 'rules', rules } };
  },
};

export const lokiRelabel: Component = {
  spec: { blocks: { rule: { isList: true } }, values: ['forward_to'] },
  run: (input) => {
    const rules = rulesIn(input);
    const { id, place, graph } = input;
    graph.nodes.push({ kind: 'relabel', id, place, rules, forwardTo: receiversOf(input) });
    return { receiver: { kind: 'receiver', ids: [id] }, rules: { kind: 'rules', rules } };
  },
};
