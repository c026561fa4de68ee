// Values as Loki's file has them: durations of Go and of Prometheus, sizes with or without a unit.
import { describe, type Type } from '#prometheus-config/type.ts';

const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds; `0` needs no unit. */
export function parseLokiDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/g)) {
    total += Number(amount) * (unitsMs[unit as string] as number);
  }
  return Math.round(total);
}

const powers = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/** Bytes: `262144`, `256KB`, `4mb`, `1.5GiB`; every unit is a power of 1024. */
export function parseLokiSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtpe]?)i?b?$/i.exec(text);
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** powers.indexOf((match[2] as string).toLowerCase()));
}

const said = <T>(
  expected: string,
  parse: (text: string) => T | undefined,
): Type<T | undefined> => ({
  zero: undefined,
  read: (node, at) => {
    const value = node.kind === 'scalar' ? parse(node.text) : undefined;
    if (value === undefined) at.error(node.place, `${describe(node)} is not ${expected}`);
    return value;
  },
  show: (value) => value,
});

export const lokiDuration = said('a duration, like 15s, 1h30m or 7d', parseLokiDuration);

export const lokiSize = said('a size, like 262144 or 256KB', parseLokiSize);

export const lokiNumber = said('a number of 0 or more', (text) =>
  /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined,
);

export const lokiCount = said('a whole number of 0 or more', (text) =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined,
);

/** Texts with commas between them, or a list. */
export const commaList: Type<readonly string[]> = {
  zero: [],
  read: (node, at) => {
    const texts =
      node.kind === 'scalar'
        ? node.text.split(',')
        : node.kind === 'list'
          ? node.items.map((item) => (item.kind === 'scalar' ? item.text : ''))
          : undefined;
    if (!texts) at.error(node.place, `${describe(node)} is not a text`);
    return (texts ?? []).map((text) => text.trim()).filter((text) => text !== '');
  },
  show: (value) => value,
};

export const meaninglessHere = 'is accepted and means nothing here';

/** Keys of Loki that this program has no use for. */
export const meaningless = (names: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, meaninglessHere]),
  );
