const shortDigits = 16;

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** As Jaeger prints it: an id of 64 bits, which its older clients make, has 16 digits. */
export const traceIdText = (hex: string): string =>
  hex.startsWith('0'.repeat(shortDigits)) ? hex.slice(shortDigits) : hex;

export const isZero = (id: Uint8Array): boolean => id.every((byte) => byte === 0);
