// The columns of levels of log lines: the one that Loki detects, and the one that parsers find.
import { StringColumn } from './column.ts';
import { levelOfBytes, lineLevels } from './log-level-bytes.ts';
import { levelState, ParsedLevelFinder } from './log-parsed-level.ts';

/** So many different values of `parsed_level` are kept; in a line with another one it is unknown. */
const valuesMax = 256;

/** A text as a column of strings has it: its length, then its bytes. */
function encoded(text: string): Uint8Array {
  const column = new StringColumn();
  column.appendText(text);
  return column.data.view().slice();
}

const encodedLevels = lineLevels.map(encoded);
const lettersOf = new Map(
  Object.values(levelState).map((state) => [state as number, encoded(String.fromCharCode(state))]),
);

interface Known {
  readonly state: number;
  readonly bytes: Uint8Array;
  readonly encoded: Uint8Array;
}

/** Of this process: bounds the dictionary of the column. */
const known: Known[] = [];

const decoder = new TextDecoder();

export class LevelColumns {
  readonly columns: Readonly<Record<'detected_level' | 'parsed_level', StringColumn>> = {
    detected_level: new StringColumn(),
    parsed_level: new StringColumn(),
  };
  readonly #finder = new ParsedLevelFinder();

  /** One row. `said` is what the sender said; '' that somebody else says it. */
  append(said: string | undefined, bytes: Uint8Array, from: number, to: number): void {
    const { detected_level, parsed_level } = this.columns;
    if (said === undefined) {
      const level = encodedLevels[levelOfBytes(bytes, from, to)] as Uint8Array;
      detected_level.appendEncoded(level, 0, level.length);
    } else detected_level.appendText(said);
    const finder = this.#finder;
    finder.find(bytes, from, to);
    const text = textOf(finder, bytes);
    if (text) parsed_level.appendEncoded(text, 0, text.length);
    else parsed_level.appendEmpty();
  }
}

function textOf(found: ParsedLevelFinder, bytes: Uint8Array): Uint8Array | undefined {
  const { state, from, to } = found;
  if (state === levelState.unknown) return undefined;
  if (from === to) return lettersOf.get(state);
  for (const one of known)
    if (one.state === state && isSame(one.bytes, bytes, from, to)) return one.encoded;
  if (known.length === valuesMax) return undefined;
  const own = bytes.slice(from, to);
  const text = encoded(String.fromCharCode(state) + decoder.decode(own));
  known.push({ state, bytes: own, encoded: text });
  return text;
}

function isSame(own: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (own.length !== to - from) return false;
  for (let i = 0; i < own.length; i++) if (own[i] !== bytes[from + i]) return false;
  return true;
}
