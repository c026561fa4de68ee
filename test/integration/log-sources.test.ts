// Sources that listen, in the running program: lines that are sent to the ports of an Alloy file are answered by
// LogQL, a file that changes is read again while senders are connected, and what cannot run is refused.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSightline } from '../../src/sightline.ts';
import { eventually } from '../lib/eventually.ts';
import { freePort } from '../lib/program.ts';

let folder: string;
let sightline: Awaited<ReturnType<typeof startSightline>> | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-sources-'));
});
afterEach(async () => {
  await sightline?.stop();
  sightline = undefined;
  await rm(folder, { recursive: true, force: true });
});

const alloy = (syslogPort: number, apiPort: number, version: string): string => `
loki.source.syslog "in" {
  listener {
    address = "127.0.0.1:${syslogPort}"
    labels  = { job = "syslog", version = "${version}" }
  }
  forward_to = [loki.process.all.receiver]
}
loki.source.api "in" {
  http {
    listen_address = "127.0.0.1"
    listen_port    = ${apiPort}
  }
  labels                 = { job = "pushed", version = "${version}" }
  use_incoming_timestamp = true
  forward_to             = [loki.process.all.receiver]
}
loki.process "all" {
  stage.drop {
    expression = "secret"
  }
  forward_to = [loki.write.local.receiver]
}
loki.write "local" {}
`;

async function linesOf(query: string): Promise<string[]> {
  await sightline?.flush();
  const start = Date.now() - 3_600_000;
  const found = await sightline?.query.logql.range(query, { start, limit: 1000 });
  const streams = found?.result as unknown as { values: [string, string][] }[];
  return streams.flatMap(({ values }) => values.map(([, line]) => line)).sort();
}

async function send(port: number, ...lines: readonly string[]): Promise<void> {
  const socket = await eventually('a connection', async () => {
    const dialled = connect(port, '127.0.0.1');
    await once(dialled, 'connect');
    return dialled;
  });
  socket.end(lines.map((line) => `<14>1 - h a - - - ${line}\n`).join(''));
  await once(socket, 'close');
}

const push = async (port: number, ...lines: readonly string[]): Promise<number> => {
  const now = BigInt(Date.now()) * 1_000_000n;
  const values = lines.map((line, i) => [String(now + BigInt(i)), line]);
  const response = await fetch(`http://127.0.0.1:${port}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: { app: 'x' }, values }] }),
  });
  return response.status;
};

it('takes syslog and pushes, over a reload', async () => {
  const [syslogPort, apiPort] = [await freePort(0), await freePort(0)];
  const config = join(folder, 'config.alloy');
  await writeFile(config, alloy(syslogPort, apiPort, 'one'));
  sightline = await startSightline({
    dataDir: join(folder, 'data'),
    config: { alloy: { config }, internal_telemetry: { enabled: false } },
  });
  await send(syslogPort, 'a', 'a secret', 'b');
  await eventually('two lines', async () =>
    (await linesOf('{job="syslog", version="one"}')).length >= 2 ? true : undefined,
  );
  expect(await linesOf('{job="syslog"}')).toEqual(['a', 'b']);
  // The answer says that they are committed: they are there at once.
  expect(await push(apiPort, 'c', 'my secret', 'd')).toBe(204);
  expect(await linesOf('{job="pushed", app="x"}')).toEqual(['c', 'd']);

  const silent = connect(syslogPort, '127.0.0.1');
  silent.on('error', () => {});
  await once(silent, 'connect');
  await writeFile(config, alloy(syslogPort, apiPort, 'two'));
  const reload = () =>
    fetch(`http://127.0.0.1:${sightline?.ports.prometheus}/-/reload`, { method: 'POST' });
  expect((await reload()).status).toBe(200);
  await send(syslogPort, 'e');
  expect(await eventually('a push', async () => push(apiPort, 'f').catch(() => undefined))).toBe(
    204,
  );
  await eventually('a line', async () =>
    (await linesOf('{version="two", job="syslog"}')).length >= 1 ? true : undefined,
  );
  expect(await linesOf('{version="two"}')).toEqual(['e', 'f']);

  await writeFile(config, alloy(syslogPort, apiPort, 'x').replace('127.0.0.1:', 'no port '));
  const refused = await reload();
  expect(refused.status).toBe(500);
  expect(await refused.text()).toMatch(
    /config\.alloy:3:\d+: loki\.source\.syslog\.in: cannot listen on 'no port \d+': it is not host:port/,
  );
  await send(syslogPort, 'g');
  await eventually('the old one at work', async () =>
    (await linesOf('{version="two"} |= "g"')).length === 1 ? true : undefined,
  );
});
