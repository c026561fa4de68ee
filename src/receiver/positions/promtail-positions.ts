// A positions file as Promtail writes it: `positions:` with a byte offset per path, as text; positions of
// other sources (`cursor-…`, `journal-…`) are among them.
// https://grafana.com/docs/loki/latest/send-data/promtail/configuration/#positions
import { parse } from 'yaml';
import { InputError, messageOf } from '#lib/errors.ts';

export interface PromtailPositions {
  /** By path. */
  readonly offsets: ReadonlyMap<string, number>;
  /** The rest, by key as it stands there. */
  readonly cursors: ReadonlyMap<string, string>;
}

/** Throws InputError `promtail_positions_invalid`; `where` is named in it. */
export function parsePromtailPositions(text: string, where: string): PromtailPositions {
  const positions = positionsIn(text, where);
  const offsets = new Map<string, number>();
  const cursors = new Map<string, string>();
  for (const [key, value] of Object.entries(positions)) {
    const isPath = key.startsWith('/') || /^[A-Za-z]:\\/.test(key);
    if (isPath && /^\d{1,15}$/.test(String(value))) offsets.set(key, Number(value));
    else cursors.set(key, String(value));
  }
  return { offsets, cursors };
}

function positionsIn(text: string, where: string): Record<string, unknown> {
  let root: unknown;
  try {
    root = parse(text);
  } catch (cause) {
    const message = `cannot read Promtail's positions in ${where}: ${messageOf(cause)}`;
    throw new InputError('promtail_positions_invalid', message, { cause });
  }
  const positions = isMap(root) ? (root['positions'] ?? {}) : (root ?? {});
  if (isMap(positions)) return positions;
  const message = `cannot read Promtail's positions in ${where}: 'positions' is no map of paths`;
  throw new InputError('promtail_positions_invalid', message);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
