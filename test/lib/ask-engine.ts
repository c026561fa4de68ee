// Any statement to an engine, past the store: one connection per question, because an engine that
// stops waits for open ones.
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import type { Store } from '#store/contract.ts';

export interface EngineAddress {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The answer as text, without the last line end; the text of the error if there is one. */
export function askAt(
  { port, user, password, database }: EngineAddress,
  sql: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
    const path = `/?${new URLSearchParams({ database })}`;
    const ask = request({ port, path, method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(text.trim())).on('error', reject);
    });
    ask.on('error', reject).end(sql);
  });
}

/** Asks the embedded engine: its port is in its command line, its password in its files. */
export async function askEngine(store: Store, sql: string): Promise<string> {
  const users = await readFile(await usersFile(store), 'utf8');
  const password = /<sightline><password>(\w+)/.exec(users)?.[1] ?? '';
  const port = await enginePort(store);
  return askAt({ port, user: 'sightline', password, database: 'sightline' }, sql);
}

export async function enginePort(store: Store): Promise<number> {
  return Number(/--http_port=(\d+)/.exec(await commandLine(store))?.[1]);
}

/** The file with the passwords of this start. */
export async function usersFile(store: Store): Promise<string> {
  const configPath = /--config-file=([^\0]+)/.exec(await commandLine(store))?.[1] ?? '';
  return join(dirname(configPath), 'users.xml');
}

const commandLine = (store: Store): Promise<string> =>
  readFile(`/proc/${store.status().pid}/cmdline`, 'utf8');
