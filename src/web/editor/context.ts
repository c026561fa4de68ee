// What a person is about to write at a position of a query, from the text before it alone: the three
// languages share braces, quotes and grouping. It decides what completion offers and parses nothing.

export type EditorLanguage = 'promql' | 'logql' | 'traceql';

export type EditorContext =
  /** A metric, a function or a keyword. */
  | { readonly kind: 'name'; readonly from: number }
  /** A label in braces, or in `by (…)`. */
  | {
      readonly kind: 'label';
      readonly from: number;
      readonly metric: string;
      readonly isGrouping: boolean;
    }
  /** `from` is behind the opening quote where there is one. */
  | {
      readonly kind: 'value';
      readonly from: number;
      readonly label: string;
      readonly metric: string;
      readonly isQuoted: boolean;
    }
  /** A stage of a LogQL pipeline. */
  | { readonly kind: 'stage'; readonly from: number }
  /** A function within `{{ }}` of a LogQL template. */
  | { readonly kind: 'template'; readonly from: number }
  | { readonly kind: 'nothing' };

const labelLists = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)$/;
const groupings: Readonly<Record<EditorLanguage, RegExp>> = {
  promql: labelLists,
  logql: labelLists,
  // Functions of TraceQL are about an attribute.
  traceql: /\b(?:by|select|avg|min|max|sum|\w+_over_time)\s*\(([^()]*)$/,
};

const nothing: EditorContext = { kind: 'nothing' };

export function contextAt(text: string, at: number, language: EditorLanguage): EditorContext {
  const before = text.slice(0, at);
  const { brace, quote } = scan(before);
  if (brace >= 0) return inBraces(before, brace, quote);
  if (quote >= 0) return language === 'logql' ? inTemplate(before, quote) : nothing;
  const grouping = groupings[language].exec(before);
  const word = /[\w.:]*$/.exec(before)?.[0] ?? '';
  const from = at - word.length;
  if (/^\.?\d/.test(word)) return nothing;
  if (grouping !== null) {
    const metric = language === 'traceql' ? '' : metricIn(text);
    return { kind: 'label', from, metric, isGrouping: true };
  }
  if (language === 'logql' && /\|\s*\w*$/.test(before)) return { kind: 'stage', from };
  return { kind: 'name', from };
}

/** Behind `{{`, `|`, `(` or a space; a word behind a dot is a label. */
function inTemplate(before: string, quote: number): EditorContext {
  const action = /\{\{-?((?:(?!\}\}).)*)$/s.exec(before.slice(quote + 1))?.[1];
  const word = /(?:^|[|(\s])([A-Za-z_]\w*|)$/.exec(action ?? '.')?.[1];
  return word === undefined ? nothing : { kind: 'template', from: before.length - word.length };
}

/** Where the last open brace and the open quote are; -1 when there is none. */
function scan(before: string): { brace: number; quote: number } {
  const braces: number[] = [];
  let quote = -1;
  for (let i = 0; i < before.length; i++) {
    const char = before[i];
    if (quote >= 0) {
      if (char === '\\' && before[quote] !== '`') i++;
      else if (char === before[quote]) quote = -1;
    } else if (char === '"' || char === "'" || char === '`') quote = i;
    else if (char === '{') braces.push(i);
    else if (char === '}') braces.pop();
  }
  return { brace: braces.at(-1) ?? -1, quote };
}

function inBraces(before: string, brace: number, quote: number): EditorContext {
  const metric = /([A-Za-z_:][\w:]*)\s*$/.exec(before.slice(0, brace))?.[1] ?? '';
  const head = before.slice(brace + 1, quote >= 0 ? quote : undefined);
  const comparison = /([\w.:]+)\s*(?:=~|!~|!=|<=|>=|=|<|>)\s*([\w.]*)$/.exec(head);
  if (quote >= 0) {
    if (comparison?.[1] === undefined || comparison[2] !== '') return nothing;
    return { kind: 'value', from: quote + 1, label: comparison[1], metric, isQuoted: true };
  }
  if (comparison?.[1] !== undefined) {
    const from = before.length - (comparison[2] ?? '').length;
    return { kind: 'value', from, label: comparison[1], metric, isQuoted: false };
  }
  const word = /[\w.:]*$/.exec(head)?.[0] ?? '';
  return { kind: 'label', from: before.length - word.length, metric, isGrouping: false };
}

/** Where the first metric of a query stands: a name before `{`, `[` or `)` that groups nothing. */
export function findMetric(text: string): { readonly name: string; readonly from: number } {
  const ungrouped = text.replace(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/g,
    (grouping) => ' '.repeat(grouping.length),
  );
  const found = /(?<![\w:])([A-Za-z_:][\w:]*)\s*(?:\{|\[|\)|$)/.exec(ungrouped);
  return { name: found?.[1] ?? '', from: found?.index ?? -1 };
}

export const metricIn = (text: string): string => findMetric(text).name;
