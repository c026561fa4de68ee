// Drain's tree of fixed depth: lines of one shape, then branches by their first steady words, then the
// groups of a leaf, of which the most similar takes the line.
// P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017.
import { isUnsteady, shapeOf, type Tokens, variable } from './tokenizer.ts';

export interface Group {
  /** Words, or `<_>` where lines differ. */
  words: string[];
  readonly gaps: readonly string[];
  readonly shape: string;
  /** Lines by slot of time. */
  readonly counts: Map<number, number>;
}

/** Steady words by which branches are chosen. */
const depth = 1;
/** A node with more branches sends what is new to a common one. */
const branchesMax = 32;
/** The share of words that a line and its group have in common. */
const similarityMin = 0.5;
export const groupsMax = 1000;

interface Node {
  readonly branches: Map<string, Node>;
  readonly groups: Group[];
}

const createNode = (): Node => ({ branches: new Map(), groups: [] });

export class PatternTree {
  readonly #shapes = new Map<string, Node>();
  readonly groups: Group[] = [];

  /** False when there are too many groups for a new one. */
  add(tokens: Tokens, slot: number, count: number): boolean {
    const shape = shapeOf(tokens);
    const leaf = this.#leafOf(shape, tokens.words);
    let group = mostSimilar(leaf.groups, tokens);
    if (group) generalize(group.words, tokens.words);
    else {
      if (this.groups.length >= groupsMax) return false;
      group = { words: tokens.words, gaps: tokens.gaps, shape, counts: new Map() };
      leaf.groups.push(group);
      this.groups.push(group);
    }
    group.counts.set(slot, (group.counts.get(slot) ?? 0) + count);
    return true;
  }

  #leafOf(shape: string, words: readonly string[]): Node {
    let node = this.#shapes.get(shape);
    if (!node) {
      node = createNode();
      this.#shapes.set(shape, node);
    }
    let chosen = 0;
    for (const word of words) {
      if (chosen === depth) break;
      if (isUnsteady(word)) continue;
      chosen++;
      node = branchOf(node, word);
    }
    return node;
  }
}

function branchOf(node: Node, word: string): Node {
  const known = node.branches.get(word);
  if (known) return known;
  const name = node.branches.size < branchesMax ? word : variable;
  const branch = node.branches.get(name) ?? createNode();
  node.branches.set(name, branch);
  return branch;
}

/** All have as many words as the line, because they have its shape. Keys and plain values tell nothing. */
function mostSimilar(groups: readonly Group[], { words, gaps }: Tokens): Group | undefined {
  let best: Group | undefined;
  let bestShare = similarityMin;
  const telling: number[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== variable && !isKey(gaps[i + 1] as string)) telling.push(i);
  }
  for (const group of groups) {
    let equal = 0;
    for (const i of telling) if (group.words[i] === words[i]) equal++;
    const share = telling.length === 0 ? 1 : equal / telling.length;
    if (share > bestShare || (best === undefined && share >= bestShare)) {
      best = group;
      bestShare = share;
    }
  }
  return best;
}

/** By the gap behind a word: `key=` and `"key":`. */
const isKey = (gap: string): boolean => gap.startsWith('=') || gap.startsWith('":');

export function generalize(words: string[], others: readonly string[]): void {
  for (let i = 0; i < words.length; i++) if (words[i] !== others[i]) words[i] = variable;
}
