// A parse error as Prometheus words it: `line:column: parse error: what`.
import { InputError, type TextSpan } from '#lib/errors.ts';

export function parseError(text: string, span: TextSpan, what: string, hint?: string): InputError {
  const message = `${lineAndColumn(text, span.from)}: parse error: ${what}`;
  return new InputError('promql_parse', message, hint === undefined ? { span } : { span, hint });
}

/** `line:column`, both from 1; columns count characters. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return `${line}:${[...before.slice(lineStart)].length + 1}`;
}
