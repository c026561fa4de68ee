// The functions of Prometheus's templates, beside those of Go.
// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#functions
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { expandMatch } from '#lib/expand-match.ts';
import { escapeQuery } from '#lib/gotemplate/escape.ts';
import { formatFloat } from '#lib/gotemplate/format-float.ts';
import { durationOfSeconds } from '#lib/gotemplate/time.ts';
import {
  compareText,
  type GoFunction,
  GoHtml,
  GoList,
  GoMap,
  type GoParameter,
  type GoValue,
  goFunction,
} from '#lib/gotemplate/value.ts';
import { parsePrometheusDuration } from '#prometheus-config/quantity.ts';
import { toFloat, toTime } from './convert.ts';
import { stripDomain, stripPort } from './host.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage } from './humanize.ts';
import { QuerySample, queryResultType } from './query-result.ts';

const resultParameter: GoParameter = {
  typeName: queryResultType,
  accepts: (value) => value instanceof GoList && value.typeName === queryResultType,
};
const sampleParameter: GoParameter = {
  typeName: '*template.sample',
  accepts: (value) => value instanceof QuerySample,
};

export interface FunctionContext {
  /** The time of the evaluation. */
  readonly timeMs: number;
  readonly externalUrl: string;
  /** The result of a query, or a throw of something that is no Error until there is one. */
  readonly query: (expr: string) => GoValue;
}

const ofText = (of: (text: string) => GoValue): GoFunction =>
  goFunction(['string'], ([text]) => of(text as string));
const ofNumber = (of: (value: number) => GoValue): GoFunction =>
  goFunction(['any'], ([value]) => of(toFloat(value)));

const link = (expr: string, tab: number): string =>
  `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=${tab}`;

const fixedFunctions: Readonly<Record<string, GoFunction>> = {
  first: goFunction([resultParameter], ([result]) => {
    const [first] = (result as GoList).items;
    if (first === undefined) throw new Error('first() called on vector with no elements');
    return first;
  }),
  label: goFunction(['string', sampleParameter], ([name, sample]) =>
    (sample as QuerySample).label(name as string),
  ),
  value: goFunction([sampleParameter], ([sample]) => (sample as QuerySample).value),
  strvalue: goFunction([sampleParameter], ([sample]) => (sample as QuerySample).label('__value__')),
  sortByLabel: goFunction(['string', resultParameter], ([name, result]) =>
    sortByLabel(name as string, result as GoList),
  ),
  args: goFunction([], argumentMap, 'any'),
  reReplaceAll: goFunction(['string', 'string', 'string'], ([pattern, by, text], call) => {
    call.charge(replacedLengthMax(by as string, text as string));
    return replaceAll(pattern as string, by as string, text as string);
  }),
  match: goFunction(['string', 'string'], ([pattern, text]) =>
    compilePattern(pattern as string)
      .matcher(text as string)
      .find(),
  ),
  safeHtml: ofText((text) => new GoHtml(text)),
  title: ofText(titleCase),
  toUpper: ofText((text) => text.toUpperCase()),
  toLower: ofText((text) => text.toLowerCase()),
  graphLink: ofText((expr) => link(expr, 0)),
  tableLink: ofText((expr) => link(expr, 1)),
  urlQueryEscape: ofText(escapeQuery),
  stripPort: ofText(stripPort),
  stripDomain: ofText(stripDomain),
  humanize: ofNumber(humanize),
  humanize1024: ofNumber(humanize1024),
  humanizeDuration: ofNumber(humanizeDuration),
  humanizePercentage: ofNumber(humanizePercentage),
  humanizeTimestamp: ofNumber((value) =>
    Number.isFinite(value) ? toTime(value).toText() : formatFloat(value, 'g', 4),
  ),
  toTime: ofNumber(toTime),
  toDuration: ofNumber(durationOfSeconds),
  parseDuration: ofText(parseSeconds),
};

/** `tmpl` is only there for HTML, as with Prometheus. */
const htmlFunctions: Readonly<Record<string, GoFunction>> = {
  tmpl: goFunction(
    ['string', 'any'],
    ([name, data], call) => new GoHtml(call.execute(name as string, data)),
  ),
};

/** `current` is asked when a function is called: one table serves every execution. */
export function templateFunctions(
  current: () => FunctionContext,
  isHtml: boolean,
): Readonly<Record<string, GoFunction>> {
  return {
    ...fixedFunctions,
    ...(isHtml ? htmlFunctions : {}),
    query: ofText((expr) => current().query(expr)),
    now: goFunction([], () => current().timeMs / 1000),
    externalURL: goFunction([], () => current().externalUrl),
    pathPrefix: goFunction([], () => pathOf(current().externalUrl)),
  };
}

function pathOf(url: string): string {
  if (url === '') return '';
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? url;
}

function sortByLabel(name: string, result: GoList): GoList {
  const sorted = [...(result.items as readonly QuerySample[])].sort((a, b) =>
    compareText(a.label(name), b.label(name)),
  );
  return new GoList(sorted, queryResultType);
}

function argumentMap(args: readonly GoValue[]): GoMap {
  return new GoMap(new Map(args.map((value, i) => [`arg${i}`, value])));
}

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new Error(`error parsing regexp: ${messageOf(cause)}`, { cause });
  }
}

/** Every character of the text can be replaced, each time by all of the text. */
function replacedLengthMax(by: string, text: string): number {
  const references = by.split('$').length - 1;
  const longest = text.length * Math.max(1, by.length + references * text.length);
  return longest > 1 << 24 ? longest : 0;
}

function replaceAll(pattern: string, by: string, text: string): string {
  const matcher = compilePattern(pattern).matcher(text);
  let made = '';
  let from = 0;
  while (matcher.find()) {
    made += text.slice(from, matcher.start());
    made += expandMatch(by, matcher);
    from = matcher.end();
  }
  return made + text.slice(from);
}

/** The first letter of every word. */
function titleCase(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase());
}

function parseSeconds(text: string): number {
  const isNegative = text.startsWith('-');
  const durationMs = parsePrometheusDuration(isNegative ? text.slice(1) : text);
  if (durationMs === undefined) throw new Error(`not a valid duration string: "${text}"`);
  return ((isNegative ? -1 : 1) * durationMs) / 1000;
}
