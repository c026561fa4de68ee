// The search form ⇄ TraceQL. The query in the address is the truth; the form shows what it can read.

export interface SearchForm {
  readonly service: string;
  readonly name: string;
  readonly errorsOnly: boolean;
  /** As TraceQL writes durations: `250ms`; empty: any. */
  readonly minDuration: string;
  readonly maxDuration: string;
}

export const emptyForm: SearchForm = {
  service: '',
  name: '',
  errorsOnly: false,
  minDuration: '',
  maxDuration: '',
};

const conditions: readonly {
  readonly print: (form: SearchForm) => string;
  readonly read: RegExp;
  readonly toForm: (text: string) => Partial<SearchForm>;
}[] = [
  {
    print: ({ service }) =>
      service === '' ? '' : `resource.service.name = ${JSON.stringify(service)}`,
    read: /^resource\.service\.name\s*=\s*("(?:[^"\\]|\\.)*")$/,
    toForm: (text) => ({ service: JSON.parse(text) as string }),
  },
  {
    print: ({ name }) => (name === '' ? '' : `name = ${JSON.stringify(name)}`),
    read: /^name\s*=\s*("(?:[^"\\]|\\.)*")$/,
    toForm: (text) => ({ name: JSON.parse(text) as string }),
  },
  {
    print: ({ errorsOnly }) => (errorsOnly ? 'status = error' : ''),
    read: /^status\s*=\s*(error)$/,
    toForm: () => ({ errorsOnly: true }),
  },
  {
    print: ({ minDuration }) => (minDuration === '' ? '' : `duration >= ${minDuration}`),
    read: /^duration\s*>=\s*([\d.]+(?:ns|us|µs|ms|s|m|h))$/,
    toForm: (minDuration) => ({ minDuration }),
  },
  {
    print: ({ maxDuration }) => (maxDuration === '' ? '' : `duration <= ${maxDuration}`),
    read: /^duration\s*<=\s*([\d.]+(?:ns|us|µs|ms|s|m|h))$/,
    toForm: (maxDuration) => ({ maxDuration }),
  },
];

export function printForm(form: SearchForm): string {
  const parts = conditions.map(({ print }) => print(form)).filter((part) => part !== '');
  return parts.length === 0 ? '{}' : `{ ${parts.join(' && ')} }`;
}

/** Undefined when the query says more than the form can show. */
export function readForm(query: string): SearchForm | undefined {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(query)?.[1]?.trim();
  if (inner === undefined) return undefined;
  let form = emptyForm;
  for (const part of inner === '' ? [] : splitAnd(inner)) {
    const known = conditions.find(({ read }) => read.test(part));
    const text = known?.read.exec(part)?.[1];
    if (known === undefined || text === undefined) return undefined;
    form = { ...form, ...known.toForm(text) };
  }
  return form;
}

/** At `&&`, but not inside of a string. */
function splitAnd(text: string): readonly string[] {
  const parts = [''];
  for (const piece of text.match(/"(?:[^"\\]|\\.)*"|&&|[^"&]+|./gs) ?? []) {
    if (piece === '&&') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}

/** `250` and `250 ms` become `250ms`; undefined when it is no duration. */
export function toDuration(text: string): string | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|m|h)?\s*$/.exec(text);
  if (text.trim() === '') return '';
  return found === null ? undefined : `${found[1]}${found[2] ?? 'ms'}`;
}
