// Base64, URLs and JSON.
import { escapeQuery } from '#lib/gotemplate/escape.ts';
import { quoteGo } from '#lib/gotemplate/format-value.ts';
import { GoList, GoMap, type GoValue, goFunction } from '#lib/gotemplate/value.ts';
import type { TemplateFunction } from './definition.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const byteOf = (char: string): number => char.charCodeAt(0);

/** With or without padding; of what is no base64 a text says where it stops being so. */
function decodeBase64(text: string): string {
  const body = text.replace(/[\r\n]/g, '').replace(/={1,2}$/, '');
  const bad = /[^A-Za-z0-9+/]/.exec(body)?.index;
  const fault = bad ?? (body.length % 4 === 1 ? body.length : undefined);
  if (fault !== undefined) return `illegal base64 data at input byte ${fault}`;
  return decoder.decode(Uint8Array.from(atob(body), byteOf));
}

const encodeBase64 = (text: string): string =>
  btoa(Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join(''));

function decodeQuery(text: string): string {
  const bad = /%(?![\da-fA-F]{2})[\s\S]{0,2}/.exec(text)?.[0];
  if (bad !== undefined) throw new Error(`invalid URL escape ${quoteGo(bad)}`);
  // Bytes as characters, since a character may be escaped in part only.
  const bytes = Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte))
    .join('')
    .replaceAll('+', ' ')
    .replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return decoder.decode(Uint8Array.from(bytes, byteOf));
}

/** What nests deeper would be too much for those who walk through it. */
const levelsMax = 500;

function goValueOf(json: unknown, level = 1): GoValue {
  if (json === null) return undefined;
  if (level > levelsMax) throw new Error(`more than ${levelsMax} levels`);
  if (Array.isArray(json)) return new GoList(json.map((item) => goValueOf(item, level + 1)));
  if (typeof json === 'object') {
    const pairs = Object.entries(json as object);
    return new GoMap(new Map(pairs.map(([name, value]) => [name, goValueOf(value, level + 1)])));
  }
  return json as string | number | boolean;
}

/** No value where the text is no JSON. */
function parseJson(text: string): GoValue {
  try {
    return goValueOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const encodingFunctions: readonly TemplateFunction[] = [
  {
    name: 'b64enc',
    doc: 'A text in base64.',
    example: '{{ .name | b64enc }}',
    evaluate: goFunction(['string'], ([text]) => encodeBase64(text as string)),
  },
  {
    name: 'b64dec',
    doc: 'The text that is meant in base64.',
    example: '{{ .payload | b64dec }}',
    evaluate: goFunction(['string'], ([text]) => decodeBase64(text as string)),
  },
  {
    name: 'urlencode',
    doc: 'A text as part of a query string.',
    example: '{{ .path | urlencode }}',
    evaluate: goFunction(['string'], ([text]) => escapeQuery(text as string)),
  },
  {
    name: 'urldecode',
    doc: 'The text that is meant in a query string.',
    example: '{{ .path | urldecode }}',
    evaluate: goFunction(['string'], ([text]) => decodeQuery(text as string)),
  },
  {
    name: 'fromJson',
    doc: 'The value of a JSON text: a map, a list, a number; nothing when it is no JSON.',
    example: '{{ (fromJson __line__).user.name }}',
    evaluate: goFunction(['string'], ([text]) => parseJson(text as string)),
  },
];
