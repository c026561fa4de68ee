// Numbers as test scripts and Prometheus's answers write them.

/** NaN for what is no number. */
export function parseFloatText(text: string): number {
  const lower = text.toLowerCase();
  if (/^[+-]?inf$/.test(lower)) return lower.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}
