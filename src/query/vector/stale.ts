// The stale marker: a NaN of its own bits that says "this series ended". It compares as a NaN, so
// only its bits tell it from others. https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/#stale-markers

const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** The bits of the marker, as the engine compares them. */
export const STALE_BITS = 0x7ff0000000000002n;

/** `values` must not have been copied number by number, which may lose the bits of a NaN. */
export function isStaleMarker(values: Float64Array, index: number): boolean {
  if (!Number.isNaN(values[index])) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === STALE_LOW && words[1] === STALE_HIGH;
}

/** Writes a marker. */
export function setStaleMarker(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = STALE_LOW;
  words[1] = STALE_HIGH;
}
