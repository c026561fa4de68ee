// Tokens by client credentials. https://www.rfc-editor.org/rfc/rfc6749#section-4.4
import type { Clock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { HttpClientConfig, OAuth2 } from '#prometheus-config/http-client-config.ts';
import { basicHeader } from './basic-header.ts';
import type { HttpClient, HttpResponse } from './http-client.ts';
import { TextOrFile } from './watched-file.ts';
import { withoutPassword } from './without-password.ts';

/** A token is renewed this long before it ends. */
const EARLY_MS = 10_000;

interface Token {
  readonly header: string;
  readonly secret: string;
  readonly endMs: number;
}

export class OAuth2Tokens {
  readonly #config: OAuth2;
  readonly #clock: Clock;
  readonly #client: HttpClient;
  readonly #secret: TextOrFile;
  #token: Token | undefined;
  /** How the server takes the secret; found out by the first call. */
  #isInBody = false;

  constructor(config: OAuth2, clock: Clock, createClient: (plain: HttpClientConfig) => HttpClient) {
    this.#config = config;
    this.#clock = clock;
    this.#secret = new TextOrFile(config.clientSecret, config.clientSecretFile);
    const plain: HttpClientConfig = {
      basicAuth: undefined,
      authorization: undefined,
      oauth2: undefined,
      tls: config.tls,
      followRedirects: true,
      enableHttp2: false,
      proxy: config.proxy,
      httpHeaders: new Map(),
    };
    this.#client = createClient(plain);
  }

  /** The value of the Authorization header. */
  async header(signal: AbortSignal): Promise<string> {
    const secret = await this.#secret.read();
    const known = this.#token;
    if (known && known.secret === secret && this.#clock.nowMs() < known.endMs) return known.header;
    this.#token = await this.#ask(secret, signal);
    return this.#token.header;
  }

  close(): void {
    this.#client.close();
  }

  async #ask(secret: string, signal: AbortSignal): Promise<Token> {
    let response = await this.#post(secret, this.#isInBody, signal);
    if (response.status >= 400 && response.status < 500) {
      // Some servers take the secret only the other way.
      const other = await this.#post(secret, !this.#isInBody, signal);
      if (other.status < 300) {
        this.#isInBody = !this.#isInBody;
        response = other;
      }
    }
    if (response.status >= 300) {
      throw this.#failure(`it answered ${response.status} ${response.body.subarray(0, 200)}`);
    }
    return this.#tokenOf(response.body, secret);
  }

  #post(secret: string, isInBody: boolean, signal: AbortSignal): Promise<HttpResponse> {
    const { clientId, scopes, endpointParams, tokenUrl } = this.#config;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of endpointParams) form.set(name, value);
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded',
    };
    if (isInBody) {
      form.set('client_id', clientId);
      form.set('client_secret', secret);
    } else {
      headers['authorization'] = basicHeader(
        encodeURIComponent(clientId),
        encodeURIComponent(secret),
      );
    }
    const body = Buffer.from(form.toString());
    const bodyBytesMax = 1024 * 1024;
    return this.#client.request({
      method: 'POST',
      url: tokenUrl,
      headers,
      body,
      signal,
      bodyBytesMax,
    });
  }

  #tokenOf(body: Buffer, secret: string): Token {
    let answer: { access_token?: unknown; token_type?: unknown; expires_in?: unknown };
    try {
      answer = JSON.parse(body.toString('utf8')) as typeof answer;
    } catch (error) {
      throw this.#failure(`the answer is no JSON: ${messageOf(error)}`);
    }
    if (typeof answer.access_token !== 'string' || answer.access_token === '') {
      throw this.#failure('the answer has no access_token');
    }
    const type = typeof answer.token_type === 'string' ? answer.token_type : 'Bearer';
    // `bearer` in any case is written as the standard has it.
    const scheme = type.toLowerCase() === 'bearer' || type === '' ? 'Bearer' : type;
    const seconds = Number(answer.expires_in);
    const lifeMs = seconds > 0 ? seconds * 1000 - EARLY_MS : Number.POSITIVE_INFINITY;
    const endMs = this.#clock.nowMs() + lifeMs;
    return { header: `${scheme} ${answer.access_token}`, secret, endMs };
  }

  #failure(why: string): OperationError {
    return new OperationError(
      'http_credentials_unreadable',
      `cannot get a token from ${withoutPassword(this.#config.tokenUrl)}: ${why}`,
      { retryable: true },
    );
  }
}
