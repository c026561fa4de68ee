// Completion from live data: the page says where names, labels and values come from (`Lookups`).

import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { contextAt, type EditorContext, type EditorLanguage } from './context.ts';

export interface NameOption {
  readonly name: string;
  readonly kind: 'metric' | 'function' | 'keyword';
  /** One line: what it is. */
  readonly detail?: string;
}

export interface ValueOption {
  readonly value: string;
  /** TraceQL has values that are written without quotes: `error`, `200`, `true`. */
  readonly isBare?: boolean;
}

/** Answers may be empty; failures count as empty. */
export interface Lookups {
  readonly names: () => Promise<readonly NameOption[]>;
  readonly labels: (metric: string) => Promise<readonly string[]>;
  readonly values: (label: string, metric: string) => Promise<readonly ValueOption[]>;
  readonly stages: () => Promise<readonly NameOption[]>;
  /** Functions of templates; absent where the language has none. */
  readonly templateFunctions?: () => Promise<readonly NameOption[]>;
}

const optionsMax = 500;

export async function complete(
  context: CompletionContext,
  language: EditorLanguage,
  lookups: Lookups,
): Promise<CompletionResult | null> {
  const place = contextAt(context.state.doc.toString(), context.pos, language);
  if (place.kind === 'nothing') return null;
  const isTyped = context.pos > place.from;
  if ((place.kind === 'name' || place.kind === 'template') && !isTyped && !context.explicit)
    return null;
  const options = await optionsOf(place, language, lookups).catch(() => []);
  if (options.length === 0) return null;
  const validFor = place.kind === 'value' ? /^[^"]*$/ : /^[\w.:]*$/;
  return { from: place.from, options: options.slice(0, optionsMax), validFor };
}

async function optionsOf(
  place: Exclude<EditorContext, { kind: 'nothing' }>,
  language: EditorLanguage,
  lookups: Lookups,
): Promise<Completion[]> {
  switch (place.kind) {
    case 'name':
      return (await lookups.names()).map(toCompletion);
    case 'stage':
      return (await lookups.stages()).map(toCompletion);
    case 'template':
      return ((await lookups.templateFunctions?.()) ?? []).map(toCompletion);
    case 'label': {
      const labels = await lookups.labels(place.metric);
      return labels.map((label) => ({
        label,
        type: 'property',
        ...(place.isGrouping ? {} : { apply: applyLabel(language) }),
      }));
    }
    case 'value': {
      const values = await lookups.values(place.label, place.metric);
      return values.map(({ value, isBare }) => ({
        label: value,
        type: 'text',
        apply: place.isQuoted || isBare === true ? value : JSON.stringify(value),
      }));
    }
  }
}

const toCompletion = (option: NameOption): Completion => ({
  label: option.name,
  type: option.kind === 'metric' ? 'variable' : option.kind,
  ...(option.detail === undefined ? {} : { detail: option.detail }),
  ...(option.kind === 'function' ? { boost: -1 } : {}),
});

/** Writes the label with its `=""` and goes on with the values. */
const applyLabel =
  (language: EditorLanguage) =>
  (view: EditorView, completion: Completion, from: number, to: number): void => {
    const next = view.state.sliceDoc(to, to + 3);
    const hasOperator = /^\s*(?:=|!|<|>)/.test(next);
    const tail = hasOperator ? '' : language === 'traceql' ? ' = ' : '=""';
    const insert = completion.label + tail;
    const back = tail === '=""' ? 1 : 0;
    view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length - back },
      userEvent: 'input.complete',
    });
    if (!hasOperator) startCompletion(view);
  };
