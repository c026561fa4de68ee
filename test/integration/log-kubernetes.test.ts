// Logs of pods from a faked API server (test/lib/fake-pod-logs.ts): there is no cluster here.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Collected, collectAlloy, labelsOf } from '../lib/collected.ts';
import { eventually } from '../lib/eventually.ts';
import { type FakePodLogs, startFakePodLogs } from '../lib/fake-pod-logs.ts';

let api: FakePodLogs;
let running: Collected | undefined;
beforeEach(async () => {
  api = await startFakePodLogs();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await api.close();
});

const target = (pod: string): string => `{
  __meta_kubernetes_namespace          = "shop",
  __meta_kubernetes_pod_name           = "${pod}",
  __meta_kubernetes_pod_container_name = "api",
  __meta_kubernetes_pod_uid            = "uid-${pod}",
  namespace                            = "shop",
  pod                                  = "${pod}",
},`;
const alloy = (pods: readonly string[]): string => `
loki.source.kubernetes "pods" {
  targets    = [${pods.map(target).join('\n')}]
  forward_to = [loki.write.w.receiver]
  client {
    api_server = "${api.url}"
  }
}
loki.write "w" {}
`;

const at = (second: number, nano = 0): string =>
  `2026-01-01T00:00:0${second}.${String(nano).padStart(9, '0')}Z`;
const collected = (): Collected => running as Collected;

it('follows a container, with the labels that Alloy gives it', async () => {
  api.write('shop/a:api', at(1), 'one');
  running = await collectAlloy(alloy(['a']));
  await running.untilLines(1);
  api.write('shop/a:api', at(1, 5), 'two');
  expect(await running.untilLines(2)).toEqual(['one', 'two']);
  expect(labelsOf(running)[0]).toEqual({
    ...{ job: 'loki.source.kubernetes.pods', instance: 'shop/a:api', namespace: 'shop', pod: 'a' },
  });
  expect(running.entries[1]?.timeNano).toBe(BigInt(Date.parse(at(1))) * 1_000_000n + 5n);
  expect(api.paths).toEqual([
    '/api/v1/namespaces/shop/pods/a/log?follow=true&container=api&timestamps=true',
  ]);
});

it('goes on after the container has restarted, and after itself has, without a line twice', async () => {
  api.write('shop/a:api', at(1, 1), 'one');
  api.write('shop/a:api', at(1, 2), 'two');
  running = await collectAlloy(alloy(['a']));
  await running.untilLines(2);
  api.end('shop/a:api');
  await eventually('another call', () => (api.followers('shop/a:api') > 0 ? true : undefined));
  api.write('shop/a:api', at(1, 3), 'three');
  expect(await running.untilLines(3)).toEqual(['one', 'two', 'three']);
  const { positions } = running;
  await running.stop();
  api.write('shop/a:api', at(1, 4), 'four');
  running = await collectAlloy(alloy(['a']), { positions });
  expect(await running.untilLines(1)).toEqual(['four']);
  expect(decodeURIComponent(api.paths.at(-1) ?? '')).toContain(`sinceTime=${at(1, 3)}`);
});

it('says once that it has no right, for a whole namespace, and reads when it is granted', async () => {
  api.refusal = { status: 403, message: 'pods "a" is forbidden: cannot get pods/log' };
  api.write('shop/a:api', at(1), 'one');
  api.write('shop/b:api', at(1), 'two');
  running = await collectAlloy(alloy(['a', 'b']));
  const { fields } = await running.said('cannot read logs of pods; it is tried again');
  expect(fields.error).toMatch(
    /shop\/[ab]:api: the API server answered 403: pods "a" is forbidden/,
  );
  expect(fields.hint).toBe("grant the verb 'get' on 'pods/log'");
  await eventually('more attempts', () =>
    collected().counted('sightline_kubernetes_log_failures_total') >= 4 ? true : undefined,
  );
  expect(running.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  api.refusal = undefined;
  expect((await running.untilLines(2)).sort()).toEqual(['one', 'two']);
});

it('waits without a word for a container that has not begun', async () => {
  api.refusal = { status: 400, message: 'container "api" is waiting to start: ContainerCreating' };
  running = await collectAlloy(alloy(['a']));
  await eventually('attempts', () => (api.paths.length >= 2 ? true : undefined));
  api.refusal = undefined;
  api.write('shop/a:api', at(1), 'one');
  await running.untilLines(1);
  expect(running.log.filter(({ level }) => level === 'error')).toEqual([]);
});

it('says what a target lacks', async () => {
  running = await collectAlloy(alloy(['a']).replace(/__meta_kubernetes_pod_name .*/, ''));
  const { fields } = await running.said('a target names no container');
  expect(fields.missing).toBe('__meta_kubernetes_pod_name');
});
