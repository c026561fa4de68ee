// Compared attributes → what is shown of them: each value with its share of both sets. Pure.

import type { ComparedSpans, ComparedValue } from '../../data/span-compare.ts';

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

/** Without what the selection (TraceQL) is about: that tells its spans from the others by itself. */
export function layoutComparison(
  { selection, baseline, attributes }: ComparedSpans,
  selected: string,
): ComparisonScene {
  const words = new Set(selected.split(/[^\w.:"-]+/));
  const blocks = attributes
    .filter(({ attribute, score }) => score >= leastScore && !words.has(attribute))
    .map(({ attribute, score, values }) => ({ attribute, score, lines: linesOf(values) }));
  return { selection, baseline, attributes: blocks };
}

function linesOf(values: readonly ComparedValue[]): ValueLine[] {
  const texts = shortTexts(values.map(textOf));
  return values.map((value, index) => ({
    key: `${value.type} ${value.value}`,
    value,
    text: texts[index] ?? '',
    fullText: textOf(value),
    selectionShare: value.selectionShare,
    baselineShare: value.baselineShare,
    selectionText: percent(value.selectionShare),
    baselineText: percent(value.baselineShare),
  }));
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

function percent(share: number): string {
  if (share === 0) return '–';
  if (share < 0.001) return '< 0.1 %';
  return `${share < 0.1 ? Number((share * 100).toFixed(1)) : Math.round(share * 100)} %`;
}
