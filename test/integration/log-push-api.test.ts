// The push API of a collection file: answers after the commit, backpressure, credentials.
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { type Collected, type CollectOptions, collectAlloy, labelsOf } from '../lib/collected.ts';
import { eventually } from '../lib/eventually.ts';

let running: Collected | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const alloy = (keys = ''): string => `
discovery.relabel "rules" {
  targets = []
  rule {
    source_labels = ["app"]
    regex         = "noise"
    action        = "drop"
  }
  rule {
    source_labels = ["app"]
    target_label  = "service"
  }
}
loki.source.api "in" {
  http {
    listen_address = "127.0.0.1"
    listen_port    = 0
  }
  labels        = { via = "api" }
  relabel_rules = discovery.relabel.rules.rules
  forward_to    = [loki.write.w.receiver]
  ${keys}
}
loki.write "w" {}
`;

async function start(keys = '', options: CollectOptions = {}): Promise<string> {
  running = await collectAlloy(alloy(keys), options);
  return `http://127.0.0.1:${await running.port('taking pushed lines')}`;
}

const collected = (): Collected => running as Collected;
const pushed = (app: string, ...lines: string[]): string =>
  JSON.stringify({
    streams: [{ stream: { app }, values: lines.map((line, i) => [`${i + 1}`, line, { k: 'v' }]) }],
  });

const post = (url: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });

it('takes lines, with labels and rules, and gives them times of their own', async () => {
  const url = await start();
  const answer = await post(`${url}/loki/api/v1/push`, gzipSync(pushed('a', 'one', 'two')), {
    'content-encoding': 'gzip',
    'x-scope-orgid': 'team',
  });
  expect(answer.status).toBe(204);
  expect(collected().lines()).toEqual(['one', 'two']);
  expect(labelsOf(collected())[0]).toEqual({ app: 'a', via: 'api', service: 'a' });
  const [first, second] = collected().entries;
  expect([first?.tenant, first?.metadata]).toEqual(['team', [['k', 'v']]]);
  expect((second?.timeNano ?? 0n) > (first?.timeNano ?? 0n)).toBe(true);
  expect(first?.timeNano).toBeGreaterThan(1_700_000_000_000_000_000n);
  expect((await post(`${url}/loki/api/v1/push`, pushed('noise', 'x'))).status).toBe(204);
  expect(collected().entries).toHaveLength(2);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

it('keeps times where it is told to, and takes plain lines', async () => {
  const url = await start('use_incoming_timestamp = true');
  await post(`${url}/loki/api/v1/push`, pushed('a', 'one'));
  expect(collected().entries[0]?.timeNano).toBe(1n);
  expect((await post(`${url}/loki/api/v1/raw`, 'two\r\n\nthree\n')).status).toBe(204);
  expect(collected().lines().slice(1)).toEqual(['two', 'three']);
});

it('answers when the lines are committed', async () => {
  const url = await start();
  collected().commits = false;
  let isAnswered = false;
  const answer = post(`${url}/loki/api/v1/push`, pushed('a', 'one')).then(({ status }) => {
    isAnswered = true;
    return status;
  });
  await collected().untilLines(1);
  expect(isAnswered).toBe(false);
  collected().commitAll();
  expect(await answer).toBe(204);
});

it('refuses what cannot be read, and what is too much', async () => {
  const pushApi = { auth: { users: {}, tokens: [] }, bodyBytesMax: 2000, bytesInFlightMax: 3000 };
  const url = await start('', { context: { pushApi } });
  const status = async (body: string, headers?: Record<string, string>) =>
    (await post(`${url}/loki/api/v1/push`, body, headers)).status;
  expect(await status('{')).toBe(400);
  expect(await status('{"streams":[]}')).toBe(422);
  expect(await status(pushed('a', 'x'.repeat(3000)))).toBe(413);
  expect(await status('no snappy', { 'content-type': 'application/x-protobuf' })).toBe(400);
  collected().commits = false;
  const waiting = post(`${url}/loki/api/v1/push`, pushed('a', 'x'.repeat(1500)));
  await collected().untilLines(1);
  const refused = await eventually('a refusal', async () => {
    const answer = await post(`${url}/loki/api/v1/push`, pushed('a', 'y'.repeat(1800)));
    return answer.status === 429 ? answer : undefined;
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  collected().commitAll();
  expect((await waiting).status).toBe(204);
});

it('asks for the credentials of the program, if it has any', async () => {
  const pushApi = {
    auth: { users: {}, tokens: ['secret'] },
    bodyBytesMax: 1e6,
    bytesInFlightMax: 1e6,
  };
  const url = await start('', { context: { pushApi } });
  expect((await post(`${url}/loki/api/v1/push`, pushed('a', 'one'))).status).toBe(401);
  const headers = { authorization: 'Bearer secret' };
  expect((await post(`${url}/loki/api/v1/push`, pushed('a', 'one'), headers)).status).toBe(204);
});
