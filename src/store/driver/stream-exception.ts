// An exception that the engine met after it had begun to answer stands at the end of the stream:
//   CR LF __exception__ CR LF TAG CR LF MESSAGE LF SIZE SP TAG CR LF __exception__ CR LF
// TAG is in the response's header, so that no data can look like it.
// https://clickhouse.com/docs/interfaces/http#http_response_codes_caveats
import { ClickHouseError, parseError } from '@clickhouse/client';

const marker = '__exception__';

export function streamException(tail: Buffer, tag: string | undefined): Error | undefined {
  if (tag === undefined) return undefined;
  const start = tail.lastIndexOf(`${marker}\r\n${tag}\r\n`);
  if (start < 0) return undefined;
  const from = start + marker.length + tag.length + 4;
  const end = tail.indexOf(`${tag}\r\n${marker}`, from);
  const text = tail.toString('utf8', from, end < 0 ? undefined : end);
  const parsed = parseError(text.replace(/\n\d+ $/, ''));
  return parsed instanceof ClickHouseError ? parsed : new Error(text);
}
