// `name{label="value"} 0+10x5 _ stale NaN {{sum:1 count:1}}x3`: a series as test scripts write it.
// https://github.com/prometheus/prometheus/blob/main/docs/configuration/unit_testing_rules.md
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { setLabels } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import { allMatchers } from '../check/matcher.ts';
import { parse } from '../syntax/parse.ts';
import { histogramSequence, parseHistogram } from './histogram.ts';
import { parseFloatText } from './number.ts';

export { parseFloatText } from './number.ts';

export type Item =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  /** namesHint: the text says whether counting began anew, so that it is to be compared. */
  | { readonly kind: 'histogram'; readonly histogram: Histogram; readonly namesHint: boolean };

export interface SeriesLine {
  readonly labels: Labels;
  readonly items: readonly Item[];
}

const number = String.raw`[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN])`;
const item = new RegExp(`^(${number})(?:([+-])(${number.replace('[+-]?', '')}))?(?:x(\\d+))?$`);
const histogramItem = /^(\{\{[^}]*\}\})(?:([+-])(\{\{[^}]*\}\}))?(?:x(\d+))?$/;

export function parseSeriesLine(line: string): SeriesLine {
  const end = endOfLabels(line);
  return { labels: parseLabels(line.slice(0, end)), items: parseItems(line.slice(end)) };
}

/** Where the name and the braces end. */
export function endOfLabels(line: string): number {
  const found =
    /^[^\s{@]*(?:\s*\{(?!\{)(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?/.exec(
      line,
    );
  return found?.[0].length ?? 0;
}

export function parseLabels(text: string): Labels {
  if (/^\{\s*\}$/.test(text)) return {};
  const selector = parse(text);
  if (selector.kind !== 'vector-selector') throw new Error(`no series: ${text}`);
  return setLabels(
    {},
    allMatchers(selector).map(({ label, value }) => [label, value]),
  );
}

export function parseItems(text: string): Item[] {
  const words = text.match(/\{\{[^}]*\}\}(?:[+-]\{\{[^}]*\}\})?(?:x\d+)?|\S+/g) ?? [];
  return words.flatMap(expandItem);
}

function expandItem(word: string): Item[] {
  if (word.startsWith('{{')) return expandHistogram(word);
  const gaps = /^_(?:x(\d+))?$/.exec(word);
  if (gaps) return Array.from({ length: Number(gaps[1] ?? 1) }, () => ({ kind: 'gap' }));
  if (word === 'stale') return [{ kind: 'stale' }];
  const parts = item.exec(word);
  if (!parts) throw new Error(`no value: ${word}`);
  const step = parts[3] === undefined ? 0 : parseFloatText(parts[3]) * (parts[2] === '-' ? -1 : 1);
  let value = parseFloatText(parts[1] as string);
  const items: Item[] = [{ kind: 'value', value }];
  for (let i = 0; i < Number(parts[4] ?? 0); i++) {
    value += step;
    items.push({ kind: 'value', value });
  }
  return items;
}

function expandHistogram(word: string): Item[] {
  const [, base, operator, step, times = '0'] = histogramItem.exec(word) ?? [];
  if (base === undefined) throw new Error(`no value: ${word}`);
  const { histogram, namesHint } = parseHistogram(base);
  const count = Number(times);
  const sequence = step
    ? histogramSequence(histogram, {
        step: parseHistogram(step).histogram,
        sign: operator === '-' ? -1 : 1,
        times: count,
      })
    : Array.from({ length: count + 1 }, () => histogram);
  return sequence.map((one) => ({ kind: 'histogram', histogram: one, namesHint }));
}
