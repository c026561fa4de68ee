// When two numbers count as the same, as Prometheus's own test scripts see it.
// https://github.com/prometheus/prometheus/blob/main/util/almost/almost.go

const tolerance = 1e-6;
const smallestNormal = 2.2250738585072014e-308;

export function isClose(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const difference = Math.abs(a - b);
  const sum = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || sum < smallestNormal) return difference < tolerance * smallestNormal;
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance;
}
