// Logs of containers from a faked Docker engine (test/lib/fake-docker.ts): nothing here runs a container.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Collected, collectAlloy, labelsOf } from '../lib/collected.ts';
import { eventually } from '../lib/eventually.ts';
import { type FakeDocker, startFakeDocker } from '../lib/fake-docker.ts';

let folder: string;
let docker: FakeDocker;
let running: Collected | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-docker-'));
  docker = await startFakeDocker(join(folder, 'docker.sock'));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await docker.close();
  await rm(folder, { recursive: true, force: true });
});

const alloy = (ids: readonly string[], rules = ''): string => `
discovery.relabel "named" {
  targets = []
  rule {
    source_labels = ["__meta_docker_container_name"]
    regex         = "/(.*)"
    target_label  = "container"
  }
  rule {
    source_labels = ["__meta_docker_container_log_stream"]
    target_label  = "stream"
  }
  ${rules}
}
loki.source.docker "all" {
  host       = "${docker.host}"
  targets    = [${ids
    .map((id) => `{__meta_docker_container_id = "${id}", __meta_docker_container_name = "/${id}"},`)
    .join('')}]
  labels        = { app = "shop" }
  relabel_rules = discovery.relabel.named.rules
  forward_to    = [loki.write.w.receiver]
}
loki.write "w" {}
`;

const at = (second: number): string => `2026-01-01T00:00:0${second}Z`;
const collected = (): Collected => running as Collected;

it('follows both streams, with labels, and puts cut lines together', async () => {
  docker.add('api');
  docker.write('api', 1, at(1), 'one\n');
  docker.write('api', 1, at(2), 'a long ');
  docker.write('api', 2, at(2), 'oops\n');
  docker.write('api', 1, at(3), 'line\n');
  running = await collectAlloy(alloy(['api']));
  expect(await running.untilLines(3)).toEqual(['one', 'oops', 'a long line']);
  docker.write('api', 1, at(4), 'more\n');
  expect((await running.untilLines(4)).at(-1)).toBe('more');
  expect(labelsOf(running).slice(0, 2)).toEqual([
    { app: 'shop', container: 'api', stream: 'stdout' },
    { app: 'shop', container: 'api', stream: 'stderr' },
  ]);
  expect(running.entries[2]?.timeNano).toBe(BigInt(Date.parse(at(2))) * 1_000_000n);
  expect(running.counted('promtail_docker_target_entries_total')).toBe(4);
});

it('reads a terminal as it is', async () => {
  docker.add('shell', { isTerminal: true });
  docker.write('shell', 1, at(1), '$ ls\r\n');
  running = await collectAlloy(alloy(['shell']));
  expect(await running.untilLines(1)).toEqual(['$ ls']);
});

it('goes on after a restart of the container, and of itself, without a line twice', async () => {
  docker.add('api');
  docker.write('api', 1, at(1), 'one\n');
  docker.write('api', 1, at(1), 'two\n');
  running = await collectAlloy(alloy(['api']));
  await running.untilLines(2);
  docker.end('api');
  await eventually('another call', () => (docker.followers('api') > 0 ? true : undefined));
  docker.write('api', 1, at(1), 'three\n');
  docker.write('api', 1, at(2), 'four\n');
  expect(await running.untilLines(4)).toEqual(['one', 'two', 'three', 'four']);
  const { positions } = running;
  await running.stop();
  docker.write('api', 1, at(2), 'five\n');
  running = await collectAlloy(alloy(['api']), { positions });
  expect(await running.untilLines(1)).toEqual(['five']);
  expect(docker.paths.at(-1)).toContain(`since=${Date.parse(at(2)) / 1000}.000000000`);
});

it('reads again what was not committed', async () => {
  docker.add('api');
  docker.write('api', 1, at(1), 'one\n');
  running = await collectAlloy(alloy(['api']));
  await running.untilLines(1);
  running.commits = false;
  docker.write('api', 1, at(2), 'two\n');
  await running.untilLines(2);
  const { positions } = running;
  await running.stop();
  running = await collectAlloy(alloy(['api']), { positions });
  expect(await running.untilLines(1)).toEqual(['two']);
});

it('says once what is wrong with a container, and reads the others', async () => {
  docker.add('api');
  docker.write('api', 1, at(1), 'one\n');
  running = await collectAlloy(alloy(['gone', 'api']));
  await running.untilLines(1);
  const { fields } = await running.said('cannot read the log of a container; it is tried again');
  expect(fields).toEqual({
    container: 'gone',
    error:
      'cannot read the logs of container gone: Docker answered 404 {"message":"No such container: gone"}',
  });
  await eventually('more attempts', () =>
    collected().counted('promtail_docker_target_failures_total') >= 2 ? true : undefined,
  );
  expect(running.log.filter(({ message }) => message.startsWith('cannot read'))).toHaveLength(1);
});

it('leaves containers alone that the rules drop', async () => {
  docker.add('api');
  docker.add('noise');
  docker.write('api', 1, at(1), 'one\n');
  const rule = `rule {
    source_labels = ["container"]
    regex         = "noise"
    action        = "drop"
  }`;
  running = await collectAlloy(alloy(['noise', 'api'], rule));
  await running.untilLines(1);
  expect(docker.paths.filter((path) => path.includes('noise'))).toEqual([]);
});
