// Times read by Go's layouts. What the text does not say is the first of its kind: year 0, January,
// midnight. https://pkg.go.dev/time#ParseInLocation
import { compileLayout, type TimeParser } from '../go-time/parse-time.ts';
import { Lru } from '../lru.ts';
import { GoTime } from './time.ts';
import { fixedZone, utc, type Zone } from './zone.ts';

/** Every line asks for the same layouts. */
const parsers = new Lru<string, { readonly zone: Zone; readonly parse: TimeParser }>(100);

/** Undefined when the text does not follow the layout; `zone` is where times without an offset are. */
export function parseTime(layout: string, text: string, zone: Zone = utc): GoTime | undefined {
  const found = parserOf(layout, zone)(text);
  if (!found) return undefined;
  const { unixNano, offsetMs, zoneName } = found;
  const isThere = zone.at(Number(unixNano / 1_000_000_000n)).offsetSeconds * 1000 === offsetMs;
  return new GoTime(unixNano, isThere ? zone : fixedZone(offsetMs / 1000, zoneName));
}

function parserOf(layout: string, zone: Zone): TimeParser {
  const known = parsers.get(layout);
  if (known?.zone === zone) return known.parse;
  const parse = compileLayout(layout, zone.offsets);
  parsers.set(layout, { zone, parse });
  return parse;
}
