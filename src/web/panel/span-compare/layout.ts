// Compared attributes → what is shown of them: each value with its share of both sets. Pure.

import type { ComparedAttribute, ComparedValue } from '../../data/span-compare.ts';

export interface ValueLine {
  readonly key: string;
  readonly value: ComparedValue;
  readonly text: string;
  readonly fullText: string;
  /** Of all spans of the set, 0 to 1. */
  readonly selectionShare: number;
  readonly baselineShare: number;
  readonly selectionText: string;
  readonly baselineText: string;
}

export interface AttributeBlock {
  readonly attribute: string;
  /** 0 to 1: of both sets, how much would have to change its value to make them alike. */
  readonly score: number;
  readonly lines: readonly ValueLine[];
}

export interface ComparisonScene {
  /** Spans of each set. */
  readonly selection: number;
  readonly baseline: number;
  readonly attributes: readonly AttributeBlock[];
}

/** Below this nobody would call the sets different. */
const leastScore = 0.02;

/**
 * The most telling attribute first. Shares are of all spans of a set: an attribute that three spans of
 * thousands have says little, however different its values are; and what the selection (TraceQL) is
 * about tells its spans from the others by itself.
 */
export function layoutComparison(
  attributes: readonly ComparedAttribute[],
  selected: string,
): ComparisonScene {
  const words = new Set(selected.split(/[^\w.:"-]+/));
  const selection = largest(attributes, 'selection');
  const baseline = largest(attributes, 'baseline');
  const share = (count: number, total: number): number => (total === 0 ? 0 : count / total);
  const blocks = attributes.map(({ attribute, values }) => {
    const texts = shortTexts(values.map(textOf));
    const lines = values.map((value, index): ValueLine => {
      const selectionShare = share(value.selection, selection);
      const baselineShare = share(value.baseline, baseline);
      return {
        key: `${value.type} ${value.value}`,
        value,
        text: texts[index] ?? '',
        fullText: textOf(value),
        selectionShare,
        baselineShare,
        selectionText: percent(selectionShare),
        baselineText: percent(baselineShare),
      };
    });
    const apart = lines.map((line) => Math.abs(line.selectionShare - line.baselineShare));
    const sum = (side: 'selectionShare' | 'baselineShare'): number =>
      lines.reduce((total, line) => total + line[side], 0);
    const others = Math.abs(sum('selectionShare') - sum('baselineShare'));
    const score = (apart.reduce((total, one) => total + one, 0) + others) / 2;
    return { attribute, score, lines };
  });
  return {
    selection,
    baseline,
    attributes: blocks
      .filter(({ attribute, score }) => score >= leastScore && !words.has(attribute))
      .sort((a, b) => b.score - a.score || (a.attribute < b.attribute ? -1 : 1)),
  };
}

const textOf = ({ type, value }: ComparedValue): string =>
  type === 'nil' ? 'none' : value || '“”';

const longPrefix = 12;

/** Long texts that begin alike are told apart by their ends: `…/stock/12`. */
function shortTexts(texts: readonly string[]): readonly string[] {
  const [first = '', ...others] = texts;
  let length = 0;
  while (length < first.length && others.every((text) => text[length] === first[length])) length++;
  if (others.length === 0 || length < longPrefix) return texts;
  // Back to where a word begins.
  const from = Math.max(0, first.slice(0, length).search(/[/.:?&=_-][^/.:?&=_-]*$/));
  return texts.map((text) => `…${text.slice(from)}`);
}

/** Spans of a set, as its most frequent attribute tells: that of every span. */
function largest(attributes: readonly ComparedAttribute[], side: 'selection' | 'baseline'): number {
  const shareOf = `${side}Share` as const;
  return attributes.reduce((max, { values }) => {
    const value = values.find((one) => one[shareOf] > 0);
    const total = value === undefined ? 0 : Math.round(value[side] / value[shareOf]);
    return Math.max(max, total);
  }, 0);
}

function percent(share: number): string {
  if (share === 0) return '–';
  if (share < 0.001) return '< 0.1 %';
  return `${share < 0.1 ? Number((share * 100).toFixed(1)) : Math.round(share * 100)} %`;
}
