// `truncate`: lines, labels, metadata and values are cut to a size.
import type { TruncateStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid, type StageEntry } from './definition.ts';
import { byteLength, cutBytes } from './value.ts';

type Rule = TruncateStage['rules'][number];

export const truncate = defineStage<TruncateStage>({
  kind: 'truncate',
  doc: 'Cuts the line, labels, structured metadata or values to a number of bytes.',
  example: 'stage.truncate { rule { limit = "1KiB" suffix = "..." } }',
  prepare: ({ rules }) => {
    if (rules.length === 0) throw invalid('at least one truncate rule must be defined');
    for (const rule of rules) check(rule);
    return changing('truncate', (entry) => {
      const cut = new Set<string>();
      for (const rule of rules) if (apply(rule, entry)) cut.add(rule.sourceType);
      if (cut.size === 0) return;
      const before = entry.extracted.get('truncated');
      if (typeof before === 'string') for (const field of before.split(',')) cut.add(field);
      entry.extracted.set('truncated', [...cut].sort().join(','));
    });
  },
});

function check({ sourceType, sources, limitBytes, suffix }: Rule): void {
  if (limitBytes <= 0) throw invalid('limit must be greater than zero');
  if (sourceType === 'line' && sources.length > 0) {
    throw invalid("sources cannot be set when source_type is 'line'");
  }
  if (byteLength(suffix) >= limitBytes) {
    throw invalid('suffix length cannot be greater than or equal to limit');
  }
}

/** Whether anything was cut. */
function apply(rule: Rule, entry: StageEntry): boolean {
  switch (rule.sourceType) {
    case 'line': {
      const line = cut(rule, entry.line);
      if (line === undefined) return false;
      entry.line = line;
      return true;
    }
    case 'label':
      return cutMap(rule, entry.labels);
    case 'extracted':
      return cutMap(rule, entry.extracted);
    case 'structured_metadata':
      return cutMetadata(rule, entry);
  }
}

/** Undefined when it is short enough. */
function cut({ limitBytes, suffix }: Rule, text: string): string | undefined {
  const room = limitBytes - byteLength(suffix);
  return byteLength(text) > room ? cutBytes(text, room) + suffix : undefined;
}

function cutMap<Value>(rule: Rule, map: Map<string, Value | string>): boolean {
  let isCut = false;
  for (const name of rule.sources.length > 0 ? rule.sources : [...map.keys()]) {
    const value = map.get(name);
    const shorter = typeof value === 'string' ? cut(rule, value) : undefined;
    if (shorter === undefined) continue;
    map.set(name, shorter);
    isCut = true;
  }
  return isCut;
}

function cutMetadata(rule: Rule, entry: StageEntry): boolean {
  let isCut = false;
  entry.metadata = entry.metadata.map(([name, value]) => {
    const isWanted = rule.sources.length === 0 || rule.sources.includes(name);
    const shorter = isWanted ? cut(rule, value) : undefined;
    if (shorter !== undefined) isCut = true;
    return [name, shorter ?? value];
  });
  return isCut;
}
