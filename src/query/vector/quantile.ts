// Quantiles of plain numbers, interpolated between the two nearest ranks as Prometheus does:
// a NaN is smaller than every number; φ outside 0 … 1 gives an infinity.

/** Sorts `values` in place. NaN for no values or a NaN φ. */
export function quantileOf(values: Float64Array, phi: number): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  sortNanFirst(values);
  const rank = phi * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] as number) * (1 - weight) + (values[upper] as number) * weight;
}

/** A typed array sorts its NaNs to the end; here they belong to the front. */
function sortNanFirst(values: Float64Array): void {
  values.sort();
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--;
  if (numbers === values.length) return;
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}
