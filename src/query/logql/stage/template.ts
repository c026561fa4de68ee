// Templates of line_format and label_format, as far as they are text with `{{ .label }}`,
// `{{ __line__ }}` and `{{ __timestamp__ }}`; anything else is refused by name.
// https://grafana.com/docs/loki/latest/query/template_functions/
import { InputError, type TextSpan } from '#lib/errors.ts';
import type { Entry } from './entry.ts';

export function compileTemplate(
  template: string,
  span: TextSpan,
  context: string,
): (entry: Entry) => string {
  const parts: ((entry: Entry) => string)[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const text = template.slice(at, open < 0 ? template.length : open);
    if (text !== '') parts.push(() => text);
    if (open < 0) break;
    const close = template.indexOf('}}', open);
    if (close < 0) {
      throw new InputError('logql_parse', `parse error : ${context}unclosed action`, { span });
    }
    parts.push(compileAction(template.slice(open + 2, close), span));
    at = close + 2;
  }
  return (entry) => parts.map((part) => part(entry)).join('');
}

function compileAction(action: string, span: TextSpan): (entry: Entry) => string {
  const trimmed = action.trim();
  const label = /^\.([a-zA-Z_]\w*)$/.exec(trimmed)?.[1];
  if (label !== undefined) return ({ labels }) => labels.get(label) ?? '';
  if (trimmed === '__line__') return ({ line }) => line;
  throw new InputError(
    'logql_unsupported',
    `cannot evaluate the template action {{${action}}}: only {{.label}} and {{__line__}} are supported yet`,
    { span },
  );
}
