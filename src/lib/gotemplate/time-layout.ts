// Go's layouts taken apart: they show how the moment Mon Jan 2 15:04:05 MST 2006 would look.
// https://pkg.go.dev/time#pkg-constants

export type LayoutPart = { readonly text: string } | { readonly field: string };

const field =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|2006|MST|Z070000|Z07:00:00|Z07:00|Z0700|Z07|-070000|-07:00:00|-07:00|-0700|-07|[.,](?:0+|9+)(?![0-9])|002|__2|_2(?!006)|0[1-6]|15|PM|pm|[1-5]/g;

export function layoutParts(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let from = 0;
  for (const found of layout.matchAll(field)) {
    if (found.index > from) parts.push({ text: layout.slice(from, found.index) });
    parts.push({ field: found[0] });
    from = found.index + found[0].length;
  }
  if (from < layout.length) parts.push({ text: layout.slice(from) });
  return parts;
}
