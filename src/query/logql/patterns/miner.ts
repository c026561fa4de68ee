// Lines in, patterns out: a tree per level, and in the end groups that differ in one word only, which
// has many values, become one.
import { tokenize, toPattern, variable } from './tokenizer.ts';
import { type Group, PatternTree } from './tree.ts';

export interface MinedPattern {
  /** For `|>`. */
  readonly pattern: string;
  readonly level: string;
  /** Lines by slot of time, ascending. */
  readonly samples: readonly (readonly [slot: number, count: number])[];
  readonly total: number;
}

/** With more values than this in one place, the place is a variable. */
const valuesMax = 8;

export class PatternMiner {
  readonly #trees = new Map<string, PatternTree>();
  /** Lines that found no group because there were too many. */
  skipped = 0;

  /** `count`: how many lines this one stands for. */
  add(line: string, level: string, slot: number, count: number): void {
    let tree = this.#trees.get(level);
    if (!tree) {
      tree = new PatternTree();
      this.#trees.set(level, tree);
    }
    if (!tree.add(tokenize(line), slot, count)) this.skipped += count;
  }

  /** The most frequent first. */
  take(): MinedPattern[] {
    const patterns: MinedPattern[] = [];
    for (const [level, { groups }] of this.#trees) {
      for (const [pattern, counts] of byPattern(mergeGroups(groups))) {
        const samples = [...counts].sort(([a], [b]) => a - b);
        const total = samples.reduce((sum, [, count]) => sum + count, 0);
        patterns.push({ pattern, level, samples, total });
      }
    }
    return patterns.sort(
      (a, b) => b.total - a.total || (a.pattern < b.pattern ? -1 : a.pattern > b.pattern ? 1 : 0),
    );
  }
}

function byPattern(groups: readonly Group[]): Map<string, Map<number, number>> {
  const patterns = new Map<string, Map<number, number>>();
  for (const { words, gaps, counts } of groups) {
    const pattern = toPattern(words, gaps);
    const known = patterns.get(pattern);
    if (known) addCounts(known, counts);
    else patterns.set(pattern, new Map(counts));
  }
  return patterns;
}

function mergeGroups(groups: readonly Group[]): Group[] {
  const byShape = groupedBy(groups, ({ shape }) => shape);
  return [...byShape.values()].flatMap((same) =>
    same.length > valuesMax ? mergePlaces(same) : same,
  );
}

function mergePlaces(groups: readonly Group[]): Group[] {
  let merged = [...groups];
  const places = groups[0]?.words.length ?? 0;
  for (let place = 0; place < places; place++) {
    const alike = groupedBy(merged, ({ words }) => words.with(place, variable).join('\ud800'));
    merged = [...alike.values()].flatMap((same) =>
      same.length > valuesMax ? [joined(same, place)] : same,
    );
  }
  return merged;
}

function groupedBy(groups: readonly Group[], keyOf: (group: Group) => string) {
  const found = new Map<string, Group[]>();
  for (const group of groups) {
    const key = keyOf(group);
    const same = found.get(key);
    if (same) same.push(group);
    else found.set(key, [group]);
  }
  return found;
}

function joined(groups: readonly Group[], place: number): Group {
  const [first, ...rest] = groups as [Group, ...Group[]];
  const counts = new Map(first.counts);
  for (const group of rest) addCounts(counts, group.counts);
  return { ...first, words: first.words.with(place, variable), counts };
}

function addCounts(into: Map<number, number>, from: ReadonlyMap<number, number>): void {
  for (const [slot, count] of from) into.set(slot, (into.get(slot) ?? 0) + count);
}
