// Who may come in: basic credentials against scrypt hashes, bearer tokens in constant time. One
// place for HTTP and gRPC, which both hand over the Authorization header. Without any credentials
// configured everybody may, and then only a loopback interface may be opened.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { InputError, OperationError } from '#lib/errors.ts';
import { isPasswordOf, type PasswordHash, parsePasswordHash } from './password.ts';

export interface AuthSettings {
  /** User name → `scrypt:N:r:p:salt:hash`. */
  readonly users: Readonly<Record<string, string>>;
  readonly tokens: readonly string[];
}

export interface Authenticator {
  readonly isOpen: boolean;
  /** Throws InputError `unauthenticated`. */
  check(authorization: string | undefined): Promise<void>;
}

/** Probes of orchestrators have no credentials; routes say so themselves (`isOpen`). */
const exemptGrpc = 'grpc.health.v1.Health';

export const isExemptGrpc = (grpcName: string): boolean => grpcName === exemptGrpc;

/** Passwords that were right are remembered by their digest: scrypt takes 60 ms on purpose. */
const verifiedMax = 1000;
/** Scrypt runs at a time (32 MiB each); more are refused: guessing cannot take the machine. */
const verifyingMax = 4;

export function createAuthenticator(settings: AuthSettings): Authenticator {
  const users = new Map(
    Object.entries(settings.users).map(([name, text]) => [name, parsePasswordHash(name, text)]),
  );
  if (settings.tokens.some((token) => token.trim() === '')) {
    throw new InputError('auth_bad_token', 'cannot use an empty token', {
      hint: 'Remove it from auth.tokens, or write the token there.',
    });
  }
  const tokens = settings.tokens.map(digestOf);
  const verified = new Set<string>();
  const verifying = new Map<string, Promise<boolean>>();
  const [decoy] = users.values();
  const isOpen = users.size === 0 && tokens.length === 0;

  const verify = (expected: PasswordHash, password: string, key: string): Promise<boolean> => {
    const running = verifying.get(key);
    if (running) return running;
    if (verifying.size >= verifyingMax) {
      throw new OperationError('server_overloaded', 'too many passwords are being checked', {
        retryable: true,
        retryAfterMs: 1000,
      });
    }
    const check = isPasswordOf(expected, password).finally(() => verifying.delete(key));
    verifying.set(key, check);
    return check;
  };

  const isUser = async (encoded: string): Promise<boolean> => {
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const known = colon < 0 ? undefined : users.get(text.slice(0, colon));
    // An unknown name takes as long as a wrong password: the time does not tell who has an account.
    const expected = known ?? decoy;
    if (!expected) return false;
    const key = digestOf(text).toString('base64');
    if (verified.has(key)) return true;
    const isRight = await verify(expected, text.slice(colon + 1), key);
    if (!isRight || !known) return false;
    if (verified.size >= verifiedMax) verified.clear();
    verified.add(key);
    return true;
  };

  return {
    isOpen,
    async check(authorization) {
      if (isOpen) return;
      const [, scheme = '', credentials = ''] = /^(\S+)\s+(.*)$/.exec(authorization ?? '') ?? [];
      const kind = scheme.toLowerCase();
      if (kind === 'bearer' && isToken(tokens, credentials)) return;
      if (kind === 'basic' && (await isUser(credentials))) return;
      throw new InputError(
        'unauthenticated',
        authorization ? 'these credentials are not known' : 'this server asks for credentials',
        { hint: 'Send Authorization: Basic or Bearer as in auth.users or auth.tokens.' },
      );
    },
  };
}

/** Digests have one length, so the comparison tells nothing of the token's. */
function isToken(tokens: readonly Buffer[], candidate: string): boolean {
  const digest = digestOf(candidate);
  let isKnown = false;
  for (const token of tokens) isKnown = timingSafeEqual(token, digest) || isKnown;
  return isKnown;
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Throws InputError `listen_without_auth` for an interface that others can reach. */
export function assertMayListen(host: string, auth: Authenticator): void {
  if (!auth.isOpen || isLoopback(host)) return;
  throw new InputError(
    'listen_without_auth',
    `cannot listen on ${host}: anybody who reaches it could read and write everything`,
    { hint: 'Set auth.users or auth.tokens, or listen on 127.0.0.1.' },
  );
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
