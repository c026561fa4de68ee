// Long answers in pieces, so that nothing has to hold them whole.

/** Pieces of about this many characters. */
const pieceLength = 1 << 16;

/** `head`, the parts with commas between them, `tail`. */
export async function* jsonPieces(
  head: string,
  parts: Iterable<string>,
  tail: string,
): AsyncGenerator<string> {
  let piece = head;
  let separator = '';
  for (const part of parts) {
    piece += separator + part;
    separator = ',';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece + tail;
}
