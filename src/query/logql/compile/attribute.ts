// Selectors of attributes: `{trace_id="…"}` where no stream has a label of that name. What the engine
// can check at once, so that few rows are left for the exact filter.
import {
  and,
  arrayOf,
  as,
  call,
  column,
  type Expr,
  eq,
  literal,
  or,
  type Select,
  typed,
} from '#sql/tree.ts';
import { logStreams } from '#store/table/log-streams.ts';
import { isTextId } from '../stage/text-id.ts';
import type { Matcher } from '../syntax/ast.ts';
import { columnLabel } from './metadata.ts';
import { type Stream, type StreamWindow, streamCondition } from './stream.ts';
import { compileTextId } from './text-id.ts';

/** One row: for each name whether some stream of the window has it as a label, as `has_<index>`. */
export function selectKnownLabels(window: StreamWindow, names: readonly string[]): Select {
  return {
    columns: names.map((name, i) => {
      const hasName = call('mapContains', column('labels'), literal(name));
      return as(call('max', hasName), `has_${i}`);
    }),
    from: { kind: 'table', name: logStreams.name },
    where: streamCondition(window, []),
  };
}

const streamsMax = 5000;
const typeBytes = ['', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'];

/**
 * True for every row whose metadata has the value, and for few others: some attribute has it,
 * whatever its name and type; of an id also for those whose line has it. Undefined where the value can
 * come from elsewhere.
 */
function compileHint(
  matcher: Matcher,
  streams: readonly Stream[],
  window: StreamWindow,
): Expr | undefined {
  const { name, operator, value } = matcher;
  if (operator !== '=' || value === '' || name === 'detected_level' || name.startsWith('_')) {
    return undefined;
  }
  const shared = streams.filter(({ metadata }) => metadata.get(name) === value);
  if (name.endsWith('_extracted') || shared.length > streamsMax) return undefined;
  const stored = arrayOf(...typeBytes.map((byte) => literal(byte + value)));
  const conditions = [call('hasAny', call('mapValues', column('attributes')), stored)];
  const fixed = compileColumn(name, value);
  if (fixed) conditions.push(fixed);
  if (shared.length > 0) {
    const ids = arrayOf(...shared.map(({ id }) => typed(id, 'UInt64')));
    conditions.push(call('has', ids, column('stream_id')));
  }
  const inMetadata = or(...conditions);
  return isTextId(matcher) ? compileTextId(matcher.value, window, inMetadata) : inMetadata;
}

const idBytes: Readonly<Record<string, number>> = { trace_id: 16, span_id: 8 };

/** Ids are compared as bytes: printing each of them would cost more than all the rest. */
function compileColumn(name: string, value: string): Expr | undefined {
  const bytes = Object.hasOwn(idBytes, name) ? idBytes[name] : undefined;
  if (bytes !== undefined && /^[0-9a-f]+$/.test(value) && value.length === 2 * bytes) {
    return eq(column(name), call('toFixedString', call('unhex', literal(value)), literal(bytes)));
  }
  const label = columnLabel(name);
  return label && eq(label, literal(value));
}

export const compileHints = (
  matchers: readonly Matcher[],
  streams: readonly Stream[],
  window: StreamWindow,
): readonly Expr[] => {
  const hints = matchers.map((matcher) => compileHint(matcher, streams, window));
  const known = hints.filter((hint): hint is Expr => hint !== undefined);
  return known.length === 0 ? [] : [and(...known)];
};
