// Numbers that look random and are the same every time.

/** 0 ≤ x < 1, from any text or number. */
export function chance(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of parts.join('\0')) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return (hash >>> 0) / 2 ** 32;
}

/** `digits` hex digits. */
export function hexOf(digits: number, ...parts: readonly (string | number)[]): string {
  return Array.from({ length: digits }, (_, i) =>
    Math.floor(chance(i, ...parts) * 16).toString(16),
  ).join('');
}

export function pick<T>(list: readonly T[], ...parts: readonly (string | number)[]): T {
  return list[Math.floor(chance(...parts) * list.length)] as T;
}
