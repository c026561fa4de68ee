// The cursor of a page of lines: the place of its last line, as text without meaning to its holder.
// Lines are ordered by time, stream, arrival and hash, so that lines of one time are never lost or repeated.
import { InputError } from '#lib/errors.ts';
import type { PageEnd } from '../compile/logs.ts';

export const printCursor = ({ timeNano, streamId, arrival, recordHash }: PageEnd): string =>
  `${timeNano}.${[streamId, arrival, recordHash].map((part) => part.toString(36)).join('.')}`;

const pattern = /^(-?\d{1,19})\.([0-9a-z]{1,13})\.([0-9a-z]{1,13})\.([0-9a-z]{1,13})$/;
const idMax = 2n ** 64n;
const timeMax = 2n ** 63n;

export function parseCursor(text: string): PageEnd {
  const match = pattern.exec(text);
  const [, time = '', stream = '', arrival = '', hash = ''] = match ?? [];
  const end = {
    timeNano: BigInt(time || 0),
    streamId: fromBase36(stream),
    arrival: fromBase36(arrival),
    recordHash: fromBase36(hash),
  };
  const isValid =
    end.timeNano >= -timeMax &&
    end.timeNano < timeMax &&
    end.arrival < timeMax &&
    end.streamId < idMax &&
    end.recordHash < idMax;
  if (!match || !isValid) {
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
