// Bodies in JSON, before anything is made of them.
import { hasMoreJsonValues, jsonValuesMax } from '#lib/json-values.ts';
import type { HttpRequest } from '#server/route.ts';
import { refused } from './error-response.ts';

const utf8 = new TextDecoder();

/** The text, unless what it means would fill the heap. */
export async function readJsonText(request: HttpRequest): Promise<string> {
  const bytes = await request.body();
  if (hasMoreJsonValues(bytes)) {
    throw refused(`cannot read the body: it has more than ${jsonValuesMax} JSON values`);
  }
  return utf8.decode(bytes);
}
