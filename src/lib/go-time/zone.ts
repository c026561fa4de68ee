// Zones of the IANA database: how far they are from UTC at a moment.

export interface Zone {
  /** Milliseconds to add to UTC. */
  offsetMs(unixMs: number): number;
  /** Of an abbreviation like CEST, if this zone uses it at some time of that year. */
  abbreviatedMs(name: string, unixMs: number): number | undefined;
}

export const utc: Zone = { offsetMs: () => 0, abbreviatedMs: () => undefined };

const quarterMs = 900_000;
const hourMs = 3_600_000;
const knownQuartersMax = 1000;

/** Abbreviations that say their offset, in hours; a zone takes only those that fit it. */
const abbreviations: Readonly<Record<string, number>> = {
  GMT: 0,
  WET: 0,
  BST: 1,
  WEST: 1,
  CET: 1,
  MET: 1,
  CEST: 2,
  MEST: 2,
  EET: 2,
  SAST: 2,
  EEST: 3,
  MSK: 3,
  IST: 5.5,
  HKT: 8,
  SGT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** Undefined when there is no such zone. */
export function zoneNamed(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  // Offsets change on quarters of an hour only; lines come in order, so that the last ones are enough.
  const known = new Map<number, number>();
  const offsetMs = (unixMs: number): number => {
    const quarter = Math.floor(unixMs / quarterMs);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = readOffset(format, quarter * quarterMs);
      if (known.size >= knownQuartersMax) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
  return {
    offsetMs,
    abbreviatedMs: (abbreviation, unixMs) => {
      const hours = abbreviations[abbreviation];
      if (hours === undefined) return undefined;
      const year = new Date(unixMs).getUTCFullYear();
      const used = [0, 6].map((month) => readOffset(format, Date.UTC(year, month, 1)));
      return used.includes(hours * hourMs) ? hours * hourMs : undefined;
    },
  };
}

function readOffset(format: Intl.DateTimeFormat, unixMs: number): number {
  const shown = format.formatToParts(unixMs).find(({ type }) => type === 'timeZoneName')?.value;
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(shown ?? '');
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = '0'] = match;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ms : ms;
}
