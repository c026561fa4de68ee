// Kinds and states of spans as Jaeger writes them: `server`, `ERROR`. Numbers are OTLP's.

/** By number; the first has no word. */
export const kindNames = ['', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export const statusCodes = { UNSET: 0, OK: 1, ERROR: 2 } as const;

/** The number of a kind; undefined when there is none of that name. */
export function kindOfName(name: string): number | undefined {
  const lower = name.toLowerCase();
  if (lower === 'unspecified') return 0;
  const kind = kindNames.indexOf(lower as (typeof kindNames)[number]);
  return kind > 0 ? kind : undefined;
}
