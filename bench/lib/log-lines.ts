// Made log lines of about 350 bytes, as services write them: JSON with a level, a message, a request,
// ids and numbers. The same seed gives the same lines.

const levels = ['info', 'info', 'info', 'info', 'info', 'info', 'debug', 'debug', 'warn', 'error'];
const methods = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const statuses = [200, 200, 200, 200, 201, 204, 301, 400, 404, 500, 503];
const messages = [
  'request completed',
  'request completed',
  'cache miss, asking the database',
  'connection to upstream closed before the response was complete',
  'retrying after a transient failure of the payment provider',
  'user session refreshed',
];
const resources = ['orders', 'users', 'carts', 'products', 'invoices', 'sessions', 'search'];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'curl/8.5.0',
  'okhttp/4.12.0',
  'python-requests/2.31.0',
];

export interface LineMaker {
  /** A line of stream `stream` written at `unixMs`. */
  line(stream: number, unixMs: number): string;
}

export function createLineMaker(seed: number): LineMaker {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const pick = <T>(values: readonly T[]): T => values[next() % values.length] as T;
  const hex = (words: number): string => {
    let text = '';
    for (let i = 0; i < words; i++) text += next().toString(16).padStart(8, '0');
    return text;
  };
  return {
    line: (stream, unixMs) =>
      `{"ts":"${new Date(unixMs).toISOString()}","level":"${pick(levels)}",` +
      `"logger":"http.server","msg":"${pick(messages)}","method":"${pick(methods)}",` +
      `"path":"/api/v1/${pick(resources)}/${next() % 100_000}","status":${pick(statuses)},` +
      `"duration_ms":${(next() % 1_000_000) / 1000},"bytes":${next() % 65_536},` +
      `"trace_id":"${hex(4)}","client":"10.0.${next() % 32}.${next() % 256}",` +
      `"agent":"${pick(agents)}","host":"node-${stream % 7}"}`,
  };
}
