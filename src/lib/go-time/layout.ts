// Go's time layouts, taken apart: the moment Mon Jan 2 15:04:05 MST 2006 shows where what stands.
// https://pkg.go.dev/time#pkg-constants
export type LayoutField =
  | 'January'
  | 'Jan'
  | 'Monday'
  | 'Mon'
  | 'MST'
  | '2006'
  | '06'
  | '01'
  | '1'
  | '002'
  | '__2'
  | '02'
  | '_2'
  | '2'
  | '15'
  | '03'
  | '3'
  | '04'
  | '4'
  | '05'
  | '5'
  | 'PM'
  | 'pm'
  | 'fraction'
  | 'offset';

export type LayoutPart =
  | { readonly literal: string }
  | {
      readonly field: LayoutField;
      /** Digits of a fraction that have to be there; 0: any number, none too. */
      readonly digits: number;
      /** As it stands in the layout, like `Z07:00` or `.999`. */
      readonly form: string;
    };

const field =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|_?2006|__2|_2|2|3|4|5|PM|pm|[Z-]07(?:00(?:00)?|:00(?::00)?)?|[.,](?:0+|9+)(?![0-9])/g;

/** The formats that have a name. */
export const namedLayouts: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
};

export function parseLayout(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let at = 0;
  for (const { 0: found, index } of layout.matchAll(field)) {
    // An underscore before the year is a character like any other.
    const start = found === '_2006' ? index + 1 : index;
    if (start > at) parts.push({ literal: layout.slice(at, start) });
    parts.push(partOf(found === '_2006' ? '2006' : found));
    at = index + found.length;
  }
  if (at < layout.length) parts.push({ literal: layout.slice(at) });
  return parts;
}

function partOf(found: string): LayoutPart {
  if (/^[.,]/.test(found)) {
    return { field: 'fraction', digits: found[1] === '0' ? found.length - 1 : 0, form: found };
  }
  if (/^[Z-]/.test(found)) return { field: 'offset', digits: 0, form: found };
  return { field: found as LayoutField, digits: 0, form: found };
}
