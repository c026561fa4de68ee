// A tag of Jaeger as a condition on rows of otel_spans. A tag has a name and the text of its value:
// it fits an attribute of any type with that text, of the span, its process (resource), its scope,
// one of its logs (events) or of its links. Tags that Jaeger makes of other fields of a span are found
// in those fields, too.
// https://www.jaegertracing.io/docs/latest/architecture/apis/ (TraceQueryParameters.attributes)
import {
  and,
  at,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  isIn,
  lambda,
  literal,
  not,
  or,
  table,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { mayHaveAttribute } from '#store/table/spans.ts';
import { kindOfName, statusCodes } from '../span-words.ts';
import type { SpanRange } from './range.ts';

/** Where a tag may be: what an index finds, and the rest. */
export interface TagPlaces {
  readonly attributes: Expr;
  readonly elsewhere: Expr;
}

/** `range` is where the spans are. */
export function compileTag(name: string, value: string, range: SpanRange): Expr {
  const places = compileTagPlaces(name, value, range);
  return places === undefined
    ? isNoError(range)
    : or(places.attributes, ...termsOf(places.elsewhere));
}

/** Undefined for a tag that asks for the absence of something. */
export function compileTagPlaces(
  name: string,
  value: string,
  range: SpanRange,
): TagPlaces | undefined {
  if (name === 'error' && value === 'false') return undefined;
  const field = compileField(name, value, range);
  const lists = ['event_attributes', 'link_attributes'].map((maps) =>
    call('arrayExists', lambda(['m'], inMap(column('m'), name, value)), column(maps)),
  );
  const origin = or(
    inMap(column('resource_attributes'), name, value),
    inMap(column('scope_attributes'), name, value),
  );
  return {
    attributes: inMap(column('attributes'), name, value),
    elsewhere: or(...(field ? [field] : []), inScopes(origin, range), ...lists),
  };
}

const termsOf = (expr: Expr): readonly Expr[] => (expr.kind === 'or' ? expr.terms : [expr]);

const isNoError = (range: SpanRange): Expr => not(compileTag('error', 'true', range));

/** An empty value cannot be told from none. */
export function attributeHint(name: string, value: string): Expr | undefined {
  if (value === '') return undefined;
  return call('indexHint', mayHaveAttribute([name], storedForms(value)));
}

/** What Jaeger shows as a tag although it is no attribute. */
function compileField(name: string, value: string, range: SpanRange): Expr | undefined {
  const textIs = (field: string): Expr => eq(column(field), literal(value));
  switch (name) {
    case 'error':
      return value === 'true' ? eq(column('status_code'), literal(statusCodes.ERROR)) : undefined;
    case 'otel.status_code':
    case 'span.status': {
      const code = statusCodes[value.toUpperCase() as keyof typeof statusCodes];
      return code === undefined ? undefined : eq(column('status_code'), literal(code));
    }
    case 'otel.status_description':
      return value === '' ? undefined : textIs('status_message');
    case 'w3c.tracestate':
      return value === '' ? undefined : textIs('trace_state');
    case 'span.kind': {
      const kind = kindOfName(value);
      return kind === undefined ? undefined : eq(column('kind'), literal(kind));
    }
    case 'otel.scope.name':
    case 'otel.library.name':
    case 'scope.name':
      return inScopes(textIs('scope_name'), range);
    case 'otel.scope.version':
    case 'otel.library.version':
    case 'scope.version':
      return inScopes(textIs('scope_version'), range);
    case 'event':
      return call('has', column('event_name'), literal(value));
    default: {
      const resourceName = /^resource\.(.+)$/su.exec(name)?.[1];
      if (resourceName === undefined) return undefined;
      return inScopes(inMap(column('resource_attributes'), resourceName, value), range);
    }
  }
}

/** Types of stored attributes (model/attribute.ts): each writes its text behind one of these. */
const typeTags = ['', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'];

const storedForms = (value: string): string[] => typeTags.map((tag) => tag + value);

function inMap(map: Expr, name: string, value: string): Expr {
  const key = literal(name);
  const fits = isIn(at(map, key), storedForms(value).map(literal));
  // Where the key is missing the engine's map answers ''.
  return value === '' ? and(call('mapContains', map, key), fits) : fits;
}

function inScopes(condition: Expr, { tenant, fromNano, toNano }: SpanRange): Expr {
  return isGlobalIn(column('scope_id'), {
    columns: [{ expr: column('scope_id') }],
    from: table('otel_scopes'),
    where: and(scopesBetween(tenant, fromNano, toNano), condition),
  });
}
