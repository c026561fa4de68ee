// Search in names: every word must occur; names that begin with the search come first.

export function filterNames<T extends { readonly name: string }>(
  items: readonly T[],
  search: string,
): readonly T[] {
  const words = search.toLowerCase().split(/[\s]+/).filter(Boolean);
  if (words.length === 0) return items;
  const first = words[0] ?? '';
  return items
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .map((item, index) => ({ item, index, at: item.name.toLowerCase().indexOf(first) }))
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || a.index - b.index)
    .map(({ item }) => item);
}
