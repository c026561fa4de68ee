// A page of lines as the engine answers it, without lines that are stored twice. A line that was sent again
// stands where it came last: there a merge leaves it, so that merges change no answer.
import type { Block, BlockColumn } from '#store/contract.ts';
import { valueAt } from '#store/native/row.ts';
import {
  type Direction,
  type LogScan,
  type PageEnd,
  selectLaterHashes,
  selectLines,
} from '../compile/logs.ts';
import type { Entry } from '../stage/entry.ts';
import type { QueryContext } from './context.ts';
import { entriesOf, type StreamsById } from './lines.ts';

export interface PageRequest {
  readonly direction: Direction;
  readonly limit: number;
  /** Only lines behind this one. */
  readonly after: PageEnd | undefined;
}

export interface LinePage {
  /** In order, with their places. */
  lines(streams: StreamsById): Generator<[Entry, PageEnd]>;
  /** The last place of the page, if there may be more behind it. */
  readonly end: PageEnd | undefined;
}

/** Hashes in one statement. */
const hashesMax = 2000;

/** `limit` rows, of which those that are stored twice are passed over. */
export async function readPage(
  context: QueryContext,
  scan: LogScan,
  { direction, limit, after }: PageRequest,
): Promise<LinePage> {
  const blocks: Block[] = [];
  const places: PageEnd[] = [];
  // One more tells whether lines of the last time and stream are left.
  const select = selectLines(scan, { direction, limit: limit + 1, after });
  for await (const block of context.reader.blocks(select, context.read)) {
    blocks.push(block);
    places.push(...placesOf(block));
  }
  const next = places[limit];
  if (next) places.length = limit;
  const end = next && places.at(-1);
  const isForward = direction === 'forward';
  const fromLate = isForward ? places.toReversed() : places;
  // Where lines of one time and stream are on two pages, those that came later are on the other one.
  const cut = isForward ? cutAt('>', end, next) : cutAt('>=', after, places[0]);
  const later = cut ? await laterHashes(context, scan, fromLate, cut) : new Set<bigint>();
  const isRepeat = repeatsOf(fromLate, later);
  if (isForward) isRepeat.reverse();
  return {
    *lines(streams) {
      let from = 0;
      for (const block of blocks) {
        let at = from;
        const isWanted = (row: number): boolean => {
          at = from + row;
          return at < places.length && isRepeat[at] === false;
        };
        for (const entry of entriesOf(block, streams, isWanted))
          yield [entry, places[at] as PageEnd];
        from += block.rows;
      }
    },
    end,
  };
}

const isBeside = (a: PageEnd, b: PageEnd): boolean =>
  a.timeNano === b.timeNano && a.streamId === b.streamId;

/** A place between two pages, both with lines of its time and stream. */
interface Cut {
  readonly operator: '>' | '>=';
  readonly place: PageEnd;
}

const cutAt = (
  operator: Cut['operator'],
  place: PageEnd | undefined,
  other: PageEnd | undefined,
): Cut | undefined => (place && other && isBeside(place, other) ? { operator, place } : undefined);

/** Of places from late to early: whether the line came again, where it is among `later` or before. */
function repeatsOf(places: readonly PageEnd[], later: Set<bigint>): boolean[] {
  let seen = later;
  let last = places[0];
  return places.map((place) => {
    if (last && !isBeside(place, last)) seen = new Set();
    last = place;
    if (seen.has(place.recordHash)) return true;
    seen.add(place.recordHash);
    return false;
  });
}

/** Which hashes of the first places, all of one time and stream, stand behind a place of it, too. */
async function laterHashes(
  context: QueryContext,
  scan: LogScan,
  places: readonly PageEnd[],
  { operator, place: cut }: Cut,
): Promise<Set<bigint>> {
  const found = new Set<bigint>();
  const other = places.findIndex((place) => !isBeside(place, cut));
  const group = other < 0 ? places : places.slice(0, other);
  const hashes = [...new Set(group.map(({ recordHash }) => recordHash))];
  for (let from = 0; from < hashes.length; from += hashesMax) {
    const some = hashes.slice(from, from + hashesMax);
    for await (const block of context.reader.blocks(
      selectLaterHashes(scan, cut, operator, some),
      context.read,
    )) {
      const column = columnOf(block, 'record_hash');
      for (let row = 0; row < block.rows; row++) found.add(valueAt(column, row) as bigint);
    }
  }
  return found;
}

const columnOf = (block: Block, name: string): BlockColumn =>
  block.columns[block.names.indexOf(name)] as BlockColumn;

function placesOf(block: Block): PageEnd[] {
  const times = columnOf(block, 'time_unix_nano');
  const streamIds = columnOf(block, 'stream_id');
  const arrivals = columnOf(block, 'arrival');
  const hashes = columnOf(block, 'record_hash');
  return Array.from({ length: block.rows }, (_, row) => ({
    timeNano: valueAt(times, row) as bigint,
    streamId: valueAt(streamIds, row) as bigint,
    arrival: valueAt(arrivals, row) as bigint,
    recordHash: valueAt(hashes, row) as bigint,
  }));
}
