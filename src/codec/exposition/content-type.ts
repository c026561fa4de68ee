// Which format a page is in, by its Content-Type.
import { InputError } from '#lib/errors.ts';

export type PageFormat = 'text' | 'openmetrics' | 'protobuf';

const formats: ReadonlyMap<string, PageFormat> = new Map([
  ['text/plain', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/vnd.google.protobuf', 'protobuf'],
]);

const mediaType = /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(?:;.*)?$/s;

/** `fallback` is what `fallback_scrape_protocol` stands for; undefined when it is not set. */
export function pageFormatOf(contentType: string, fallback: PageFormat | undefined): PageFormat {
  const name = mediaType.exec(contentType)?.[1]?.toLowerCase();
  const format = name === undefined ? undefined : formats.get(name);
  const found = format ?? fallback;
  if (found !== undefined) return found;
  const what =
    contentType === ''
      ? 'sends no Content-Type'
      : `sends Content-Type ${JSON.stringify(contentType)}`;
  const why = contentType === '' || name !== undefined ? '' : ', which is no media type';
  throw new InputError(
    'exposition_content_type',
    `the target ${what}${why}, and its job has no fallback_scrape_protocol`,
    { hint: 'Set fallback_scrape_protocol in the scrape configuration of the job.' },
  );
}
