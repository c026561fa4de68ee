// The headers that say who calls.
import type { Clock } from '#lib/clock.ts';
import type { HeaderValues, HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import { basicHeader } from './basic-header.ts';
import type { HttpClient } from './http-client.ts';
import { OAuth2Tokens } from './oauth2.ts';
import { TextOrFile } from './watched-file.ts';

type Headers = Record<string, string | string[]>;

export class Credentials {
  readonly #parts: (() => Promise<string>)[] = [];
  readonly #extra: (readonly [name: string, values: readonly TextOrFile[]])[];
  readonly #tokens: OAuth2Tokens | undefined;

  constructor(
    config: HttpClientConfig,
    clock: Clock,
    createClient: (plain: HttpClientConfig) => HttpClient,
  ) {
    const { basicAuth, authorization, oauth2 } = config;
    if (basicAuth) {
      const user = new TextOrFile(basicAuth.username, basicAuth.usernameFile);
      const password = new TextOrFile(basicAuth.password, basicAuth.passwordFile);
      this.#parts.push(async () => basicHeader(await user.read(), await password.read()));
    }
    if (authorization) {
      const secret = new TextOrFile(authorization.credentials, authorization.credentialsFile);
      this.#parts.push(async () => `${authorization.type} ${await secret.read()}`);
    }
    this.#tokens = oauth2 && new OAuth2Tokens(oauth2, clock, createClient);
    this.#extra = [...config.httpHeaders].map(([name, values]) => [
      name.toLowerCase(),
      valuesOf(values),
    ]);
  }

  /** Throws OperationError `http_credentials_unreadable`, or of asking for a token. */
  async headers(signal: AbortSignal): Promise<Headers> {
    const headers: Headers = {};
    for (const part of this.#parts) headers['authorization'] = await part();
    if (this.#tokens) headers['authorization'] = await this.#tokens.header(signal);
    for (const [name, values] of this.#extra) {
      headers[name] = await Promise.all(values.map((value) => value.read()));
    }
    return headers;
  }

  close(): void {
    this.#tokens?.close();
  }
}

const valuesOf = ({ values, secrets, files }: HeaderValues): TextOrFile[] => [
  ...[...values, ...secrets].map((value) => new TextOrFile(value, '')),
  ...files.map((file) => new TextOrFile('', file)),
];
