// A look at JSON before it is parsed: how many values it would become. Two bytes of text can become
// a hundred of heap, and a heap that is full ends the process, whoever sent the text.

/** Objects of about 100 bytes each; a usual body of OTLP or Loki has one per 15 bytes. */
export const jsonValuesMax = 2_000_000;

/** Whether there are more than `max` objects, arrays and commas outside of strings. */
export function hasMoreJsonValues(bytes: Uint8Array, max = jsonValuesMax): boolean {
  if (bytes.length <= max) return false;
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      at = closingQuote(bytes, at);
      if (at < 0) return false;
    } else if ((byte === 0x2c || byte === 0x5b || byte === 0x7b) && ++count > max) return true;
  }
  return false;
}

/** Where the string ends that begins at `at`; -1 when it does not. */
function closingQuote(bytes: Uint8Array, at: number): number {
  let end = bytes.indexOf(0x22, at + 1);
  while (end >= 0) {
    let before = end - 1;
    while (bytes[before] === 0x5c) before--;
    if ((end - before) % 2 === 1) return end;
    end = bytes.indexOf(0x22, end + 1);
  }
  return -1;
}
