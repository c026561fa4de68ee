// The cursor of a page of lines: the place of its last line, as text without meaning to its holder.
// Lines are ordered by time, stream and hash, so that lines of one time are never lost or repeated.
import { InputError } from '#lib/errors.ts';
import type { PageEnd } from '../compile/logs.ts';

export const printCursor = ({ timeNano, streamId, recordHash }: PageEnd): string =>
  `${timeNano}.${streamId.toString(36)}.${recordHash.toString(36)}`;

const pattern = /^(-?\d{1,19})\.([0-9a-z]{1,13})\.([0-9a-z]{1,13})$/;
const idMax = 2n ** 64n;

export function parseCursor(text: string): PageEnd {
  const match = pattern.exec(text);
  const [, time = '', stream = '', hash = ''] = match ?? [];
  const end = {
    timeNano: BigInt(time || 0),
    streamId: fromBase36(stream),
    recordHash: fromBase36(hash),
  };
  const isValid = end.timeNano >= -(2n ** 63n) && end.timeNano < 2n ** 63n;
  if (!match || !isValid || end.streamId >= idMax || end.recordHash >= idMax) {
    throw new InputError('logql_cursor', `cannot go on at cursor ${JSON.stringify(text)}`, {
      hint: 'Send `next` of the answer before, as it is.',
    });
  }
  return end;
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
