// `name{label="value"}@st _ -1mx3 -30s-1mx2`: when counting began, as offsets from the samples of the
// line that follows.
import type { Labels } from '#query/vector/value.ts';
import { parseDurationMs } from '../syntax/number.ts';
import { endOfLabels, parseLabels } from './series.ts';

export interface StartLine {
  readonly labels: Labels;
  /** Milliseconds to add to the time of each sample; undefined: not known. */
  readonly offsetsMs: readonly (number | undefined)[];
}

/** Undefined: this line is no such line. */
export function parseStartLine(line: string): StartLine | undefined {
  const end = endOfLabels(line);
  if (!/^\s*@st(?:\s|$)/.test(line.slice(end))) return undefined;
  const words = line.slice(end).trim().split(/\s+/).slice(1);
  return { labels: parseLabels(line.slice(0, end)), offsetsMs: words.flatMap(expandOffset) };
}

const item = /^([+-]?[0-9a-wyz]+)(?:([+-])([0-9a-wyz]+))?(?:x(\d+))?$/;

function expandOffset(word: string): (number | undefined)[] {
  const gaps = /^_(?:x(\d+))?$/.exec(word);
  if (gaps) return Array.from({ length: Number(gaps[1] ?? 1) }, () => undefined);
  const [, base, operator, step = '0', times = '0'] = item.exec(word) ?? [];
  if (base === undefined) throw new Error(`no start of counting: ${word}`);
  const stepMs = durationMs(step) * (operator === '-' ? -1 : 1);
  const baseMs = durationMs(base);
  return Array.from({ length: Number(times) + 1 }, (_, i) => baseMs + i * stepMs);
}

function durationMs(text: string): number {
  const digits = text.replace(/^[+-]/, '');
  const ms = digits === '0' ? 0 : parseDurationMs(digits);
  if (ms === undefined) throw new Error(`no duration: ${text}`);
  return text.startsWith('-') ? -ms : ms;
}
