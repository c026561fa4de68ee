// Which web pages may call the routes of a mount.
// Spec: https://fetch.spec.whatwg.org/#http-cors-protocol

export interface CorsSettings {
  /** Origins like `https://shop.example`, with `*` inside for any run of characters, or `*`. */
  readonly allowedOrigins: readonly string[];
}

type Headers = Readonly<Record<string, string | undefined>>;

/** A browser asks before it sends: OPTIONS with the method that is to come. */
export const isPreflight = (method: string, headers: Headers): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/** For every answer; empty when the page may not see it. */
export function corsHeaders(cors: CorsSettings, headers: Headers): Record<string, string> {
  const origin = headers.origin;
  if (origin === undefined || !isAllowedOrigin(cors.allowedOrigins, origin)) return {};
  const isForAll = cors.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-expose-headers': 'retry-after',
    ...(isForAll ? {} : { vary: 'origin' }),
  };
}

/** For the answer to a preflight, beside corsHeaders. */
export function preflightHeaders(
  allow: readonly string[],
  headers: Headers,
): Record<string, string> {
  return {
    'access-control-allow-methods': allow.join(', '),
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '7200',
  };
}

function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  return allowed.some((pattern) => {
    const [head = '', ...tails] = pattern.split('*');
    if (tails.length === 0) return pattern === origin;
    return matchesParts(origin, head, tails);
  });
}

/** `head`, then each tail in turn, the last of them at the very end. */
function matchesParts(origin: string, head: string, tails: readonly string[]): boolean {
  if (!origin.startsWith(head)) return false;
  let at = head.length;
  for (const tail of tails.slice(0, -1)) {
    const found = origin.indexOf(tail, at);
    if (found < 0) return false;
    at = found + tail.length;
  }
  const last = tails[tails.length - 1] as string;
  return origin.length - last.length >= at && origin.endsWith(last);
}
