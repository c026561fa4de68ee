// Natural order of texts: runs of digits compare as numbers (`node9` before `node10`).

export function compareNatural(left: string, right: string): number {
  const leftParts = left.match(/\d+|\D+/g) ?? [];
  const rightParts = right.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(leftParts.length, rightParts.length); i++) {
    const order = compareParts(leftParts[i] as string, rightParts[i] as string);
    if (order !== 0) return order;
  }
  return leftParts.length - rightParts.length;
}

function compareParts(left: string, right: string): number {
  if (/^\d/.test(left) && /^\d/.test(right)) {
    const a = BigInt(left);
    const b = BigInt(right);
    if (a !== b) return a < b ? -1 : 1;
  }
  return left === right ? 0 : left < right ? -1 : 1;
}
