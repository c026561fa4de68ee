// Tells whether two parts of configurations say the same.

/** The same for two that say the same, wherever they stand. */
export const configText = (config: object): string =>
  JSON.stringify(config, (key, value: unknown) => {
    // A compiled expression is said by its text.
    if (key === 'place' || key === 'pattern') return undefined;
    if (value instanceof Map) return [...value];
    return typeof value === 'bigint' ? String(value) : value;
  });
