export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export const isZero = (id: Uint8Array): boolean => id.every((byte) => byte === 0);
