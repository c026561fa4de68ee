// A recorded answer compared with a given one: status, error type, and every value, label and promised
// order. The wording of errors is free. Undefined means equal; else what differs and where.
import { parseFloatText } from '#query/promql/notation/number.ts';
import { canonical, orderTies } from './canonical.ts';
import {
  type GivenAnswer,
  isObject,
  type Json,
  type Language,
  type RecordedCase,
  stable,
} from './case.ts';

const defaultTolerance = 1e-9;

export function compareRecorded(
  language: Language,
  want: RecordedCase,
  have: GivenAnswer,
): string | undefined {
  if (want.status !== have.status) {
    const shown = have.text ?? stable(have.response);
    return `status ${have.status} for ${want.status}: ${shown.slice(0, 200)}`;
  }
  if (want.status >= 400) {
    const [wanted, given] = [errorTypeOf(want.response), errorTypeOf(have.response)];
    return wanted === given ? undefined : `errorType ${given} for ${wanted}`;
  }
  if (want.content_type !== undefined && want.content_type !== have.contentType) {
    return `content type ${have.contentType} for ${want.content_type}`;
  }
  if (want.response_base64 !== undefined || have.base64 !== undefined) {
    return want.response_base64 === have.base64 ? undefined : 'other bytes';
  }
  const prefix = want.compare?.text_prefix;
  if (prefix !== undefined) {
    return have.text?.startsWith(prefix) ? undefined : `text does not start with ${prefix}`;
  }
  if (want.response_text !== undefined || have.text !== undefined) {
    if (want.response_text === have.text) return undefined;
    return `text ${JSON.stringify(have.text)?.slice(0, 200)} for ${JSON.stringify(want.response_text)?.slice(0, 200)}`;
  }
  return compareBodies(language, want, have.response as Json);
}

const errorTypeOf = (response: unknown): unknown =>
  isObject(response) ? response.errorType : undefined;

function compareBodies(language: Language, one: RecordedCase, have: Json): string | undefined {
  const query = one.params?.find(([name]) => name === 'query')?.[1] ?? '';
  const isOrdered =
    language !== 'traceql' &&
    /^\s*sort(_desc|_by_label|_by_label_desc)?\s*\(/.test(query) &&
    one.path.endsWith('/query');
  const want = one.response as Json;
  const prepare = (value: Json): Json => {
    const tied = language === 'logql' ? orderTies(value) : value;
    const sorted = canonical(language, tied);
    if (!isOrdered || !isObject(tied) || !isObject(tied.data) || !isObject(sorted)) return sorted;
    return { ...sorted, data: { ...(sorted.data as object), result: tied.data.result ?? null } };
  };
  const walk = new Walk(language, one, isStreams(want));
  return walk.difference(prepare(want), prepare(have), '$');
}

const isStreams = (response: Json): boolean =>
  isObject(response) && isObject(response.data) && response.data.resultType === 'streams';

const numberText = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^[+-]?Inf$|^NaN$/;
const numberPlaces = /\.(value|values|result|count|sum|buckets|histogram|histograms|samples)\b/;
const textPlaces = /\.(stream|metric|attributes|labels)\b/;

class Walk {
  readonly #ignored: ReadonlySet<string>;
  readonly #tolerance: number;
  readonly #hasLines: boolean;

  constructor(language: Language, { compare }: RecordedCase, hasStreams: boolean) {
    this.#ignored = new Set(compare?.ignore ?? []);
    this.#tolerance = compare?.tolerance ?? defaultTolerance;
    this.#hasLines = language === 'logql' && hasStreams;
  }

  difference(want: Json | undefined, have: Json | undefined, path: string): string | undefined {
    if (want === have) return undefined;
    if (Array.isArray(want)) return this.#list(want, have, path);
    if (isObject(want)) {
      if (!isObject(have)) return `${path}: no object`;
      for (const name of new Set([...Object.keys(want), ...Object.keys(have)])) {
        if (this.#ignored.has(name)) continue;
        if (!(name in want)) return `${path}.${name}: unexpected`;
        if (!(name in have)) return `${path}.${name}: missing`;
        const found = this.difference(want[name], have[name], `${path}.${name}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (typeof want === 'number' && typeof have === 'number' && this.#isClose(want, have)) {
      return undefined;
    }
    if (this.#areNumberTexts(want, have, path)) return undefined;
    return `${path}: ${stable(have).slice(0, 200)} for ${stable(want).slice(0, 200)}`;
  }

  #list(want: readonly Json[], have: Json | undefined, path: string): string | undefined {
    if (!Array.isArray(have)) return `${path}: no list`;
    if (want.length !== have.length) return `${path}: ${have.length} elements for ${want.length}`;
    for (const [i, element] of want.entries()) {
      const found = this.difference(element, have[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #areNumberTexts(want: unknown, have: unknown, path: string): boolean {
    if (typeof want !== 'string' || typeof have !== 'string') return false;
    if (!numberText.test(want) || !numberText.test(have)) return false;
    if (!numberPlaces.test(path) || textPlaces.test(path)) return false;
    if (this.#hasLines && /result\[\d+\]\.values/.test(path)) return false;
    return this.#isClose(parseFloatText(want), parseFloatText(have));
  }

  #isClose(a: number, b: number): boolean {
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
    return Math.abs(a - b) <= this.#tolerance * Math.max(Math.abs(a), Math.abs(b));
  }
}
