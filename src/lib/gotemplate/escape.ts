// The escapers that templates can call: html, js, urlquery. https://pkg.go.dev/text/template#HTMLEscape

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/["'&<>]/g, (character) => htmlEscapes[character] as string);

const scriptEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeScript(text: string): string {
  return text.replace(/[\\'"<>&=]|[\p{C}\p{Z}]/gu, (character) => {
    if (character === ' ') return character;
    const known = scriptEscapes[character];
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase();
    return known ?? `\\u${code.padStart(4, '0')}`;
  });
}

/** As url.QueryEscape: a space is `+`. */
export const escapeQuery = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
