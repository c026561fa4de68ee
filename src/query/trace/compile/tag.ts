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
import { kindOfName, statusCodes } from '../span-words.ts';
import type { SpanRange } from './range.ts';

/** `range` is where the spans are. */
export function compileTag(name: string, value: string, range: SpanRange): Expr {
  const inAttributes = inAnyAttribute(name, value, range);
  if (name === 'error' && value === 'false') {
    return and(
      not(eq(column('status_code'), literal(statusCodes.ERROR))),
      not(inAnyAttribute('error', 'true', range)),
    );
  }
  const inField = compileField(name, value, range);
  return inField === undefined ? inAttributes : or(inField, inAttributes);
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

function inAnyAttribute(name: string, value: string, range: SpanRange): Expr {
  const inLists = ['event_attributes', 'link_attributes'].map((maps) =>
    call('arrayExists', lambda(['m'], inMap(column('m'), name, value)), column(maps)),
  );
  const inOrigin = or(
    inMap(column('resource_attributes'), name, value),
    inMap(column('scope_attributes'), name, value),
  );
  return or(inMap(column('attributes'), name, value), inScopes(inOrigin, range), ...inLists);
}

/** Types of stored attributes (model/attribute.ts): each writes its text behind one of these. */
const typeTags = ['', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'];

function inMap(map: Expr, name: string, value: string): Expr {
  const key = literal(name);
  const fits = isIn(
    at(map, key),
    typeTags.map((tag) => literal(tag + value)),
  );
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
