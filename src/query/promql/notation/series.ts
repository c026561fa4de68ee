// `name{label="value"} 0+10x5 _ stale NaN`: a series as test scripts write it. Native histograms
// ({{…}}) are kept as such items, so that the runner can say that it does not load them.

import { setLabels } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import { allMatchers } from '../check/matcher.ts';
import { parse } from '../syntax/parse.ts';

export type Item =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram' };

export interface SeriesLine {
  readonly labels: Labels;
  readonly items: readonly Item[];
}

const number = String.raw`[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN])`;
const item = new RegExp(`^(${number})(?:([+-])(${number.replace('[+-]?', '')}))?(?:x(\\d+))?$`);

export function parseSeriesLine(line: string): SeriesLine {
  const end = endOfLabels(line);
  return { labels: parseLabels(line.slice(0, end)), items: parseItems(line.slice(end)) };
}

/** Where the name and the braces end. */
function endOfLabels(line: string): number {
  const found =
    /^[^\s{]*(?:\s*\{(?!\{)(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?/.exec(line);
  return found?.[0].length ?? 0;
}

function parseLabels(text: string): Labels {
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
  if (word.startsWith('{{')) {
    const times = /x(\d+)$/.exec(word);
    return Array.from({ length: times ? Number(times[1]) + 1 : 1 }, () => ({ kind: 'histogram' }));
  }
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

export function parseFloatText(text: string): number {
  const lower = text.toLowerCase();
  if (lower.endsWith('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return lower.endsWith('nan') ? Number.NaN : Number(text);
}
