// Colours come from the tokens; canvas needs them as resolved values, everything else as var(--…).

const seriesColours = 10;

/** `var(--series-n)`, going round. */
export const seriesColour = (index: number): string =>
  `var(--series-${(((index % seriesColours) + seriesColours) % seriesColours) + 1})`;

/** The same name has the same colour wherever it is drawn; names in order of first use. */
export function colourByName(names: Iterable<string>): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  for (const name of names) {
    if (!colours.has(name)) colours.set(name, seriesColour(colours.size));
  }
  return colours;
}

/** What `var(--accent)` is right now, for a canvas. */
export function resolveColour(colour: string, element: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
