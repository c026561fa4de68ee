// Ids in hexadecimal, as Zipkin's clients write them: with or without leading zeros, in either case.

/** `size` bytes, filled up with zeros in front; undefined for what is too long or not hexadecimal. */
export function parseHexId(text: string, size: number): Uint8Array | undefined {
  if (text.length > size * 2 || !/^[0-9a-fA-F]+$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text.padStart(size * 2, '0'), 'hex'));
}

export const isZero = (id: Uint8Array): boolean => id.every((byte) => byte === 0);
