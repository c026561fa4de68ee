import { describe, expect, it } from 'vitest';
import type { HttpClient, HttpRequest } from '#discovery/http-client.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import type { Alert } from '../alert.ts';
import { notifyInstruments } from '../metrics.ts';
import { AlertmanagerQueue, queueCapacity } from './alertmanager-queue.ts';
import { Alertmanagers } from './alertmanagers.ts';
import { type Notification, toNotification } from './encode.ts';

const alert: Alert = {
  state: 'firing',
  labels: { alertname: 'A', i: '1' },
  annotations: { text: 'x' },
  value: 1,
  activeAtMs: 1000,
  firedAtMs: 2000,
  keepFiringSinceMs: undefined,
  resolvedAtMs: undefined,
  lastSentAtMs: 2000,
  validUntilMs: 242_000,
};

function configOf(alerting: string) {
  const text = `alerting:\n${alerting}`;
  const { config, problems } = parsePrometheusConfig(text, { file: 'p.yml', env: {} });
  if (!config) throw new Error(JSON.stringify(problems));
  return config.alerting;
}

describe('an alert on its way', () => {
  const toJson = (relabel = '[]', of = alert): Notification | undefined =>
    toNotification(of, 'up == 0', {
      externalUrl: 'http://here:3000',
      externalLabels: { site: 'x', i: 'outside' },
      relabelConfigs: configOf(`  alert_relabel_configs: ${relabel}\n`).alertRelabelConfigs,
    });
  it('has its times, the external labels it has not itself, and a link', () => {
    expect(toJson()).toEqual({
      labels: [
        ['alertname', 'A'],
        ['i', '1'],
        ['site', 'x'],
      ],
      annotations: { text: 'x' },
      startsAtMs: 2000,
      endsAtMs: 242_000,
      generatorUrl: 'http://here:3000/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    });
  });
  it('ends when it was resolved', () => {
    expect(toJson('[]', { ...alert, resolvedAtMs: 9000 })?.endsAtMs).toBe(9000);
  });
  it('can be dropped by relabelling', () => {
    expect(toJson('[{action: drop, source_labels: [i], regex: "1"}]')).toBeUndefined();
  });
});

function setUp(answers: (number | Error)[], relabelConfigs = configOf('  {}').alertRelabelConfigs) {
  const bodies: { labels: Record<string, string> }[][] = [];
  const waits: number[] = [];
  const meter = createMeter();
  const clock = createManualClock(0);
  const client: HttpClient = {
    request: async ({ body }: HttpRequest) => {
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) throw answer;
      bodies.push(JSON.parse(new TextDecoder().decode(body)));
      return { status: answer, headers: {}, body: Buffer.from('') };
    },
    stream: () => Promise.reject(new Error('not asked')),
    close: () => {},
  };
  const queue = new AlertmanagerQueue({
    url: 'http://am/api/v2/alerts',
    timeoutMs: 1000,
    relabelConfigs,
    client,
    clock,
    wait: async (timeMs, signal) => {
      waits.push(timeMs);
      return !signal.aborted;
    },
    logger: silentLogger,
    instruments: notifyInstruments(meter),
  });
  const counted = (name: string): number =>
    meter
      .collect()
      .filter((family) => family.name === `prometheus_notifications_${name}_total`)
      .flatMap(({ points }) => points)
      .reduce((sum, { value }) => sum + value, 0);
  return { queue, bodies, waits, counted };
}

const notification = (i: number): Notification => ({
  labels: [['i', String(i)]],
  annotations: {},
  startsAtMs: 0,
  endsAtMs: i,
  generatorUrl: '',
});
const settle = async (queue: AlertmanagerQueue): Promise<void> => {
  while (queue.isSending) await new Promise((resolve) => setImmediate(resolve));
};

describe('the queue of an Alertmanager', () => {
  it('sends batches of 64', async () => {
    const { queue, bodies, counted } = setUp([]);
    queue.add(Array.from({ length: 150 }, (_, i) => notification(i)));
    await settle(queue);
    expect(bodies.map(({ length }) => length)).toEqual([64, 64, 22]);
    expect(counted('sent')).toBe(150);
  });

  it('sends what comes in at any moment', async () => {
    for (let turns = 0; turns < 20; turns++) {
      const { queue, counted } = setUp([]);
      queue.add([notification(1)]);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      queue.add([notification(2)]);
      await settle(queue);
      expect({ turns, sent: counted('sent') }).toEqual({ turns, sent: 2 });
    }
  });

  it('tries again with growing pauses, with what is newest', async () => {
    const unreachable = new OperationError('http_unreachable', 'no', { retryable: true });
    const { queue, bodies, waits, counted } = setUp([unreachable, 503, 200]);
    queue.add([notification(1)]);
    await settle(queue);
    expect(waits).toEqual([500, 1000]);
    expect(bodies).toHaveLength(2);
    expect(counted('errors')).toBe(2);
    expect(counted('sent')).toBe(1);
    expect(counted('dropped')).toBe(0);
  });

  it('does not send again what was refused for good', async () => {
    const { queue, waits, counted } = setUp([400]);
    queue.add([notification(1)]);
    await settle(queue);
    expect(waits).toEqual([]);
    expect(counted('dropped')).toBe(1);
  });

  it('drops the oldest when it is full', async () => {
    const { queue, bodies, counted } = setUp([]);
    queue.add(Array.from({ length: queueCapacity + 2 }, (_, i) => notification(i)));
    await settle(queue);
    expect(counted('dropped')).toBe(2);
    expect(bodies[0]?.[0]?.labels).toEqual({ i: '2' });
  });

  it('relabels for its own Alertmanager', async () => {
    const yaml =
      '  alertmanagers: [{alert_relabel_configs: [{target_label: z, replacement: q}]}]\n';
    const { queue, bodies } = setUp([], configOf(yaml).alertmanagers[0]?.alertRelabelConfigs);
    queue.add([notification(1)]);
    await settle(queue);
    expect(bodies[0]?.[0]?.labels).toEqual({ i: '1', z: 'q' });
  });

  it('counts what it still holds when it stops', async () => {
    const { queue, counted } = setUp(Array.from({ length: 50 }, () => 503));
    queue.add([notification(1)]);
    await queue.stop();
    expect(counted('dropped')).toBe(1);
  });
});

describe('Alertmanagers', () => {
  it('are found, relabelled and shown', async () => {
    const { alertmanagers } = configOf(`
  alertmanagers:
  - path_prefix: /am/
    scheme: https
    static_configs: [{targets: ['a:1', 'b:2', 'c:3']}]
    relabel_configs:
    - {action: drop, source_labels: [__address__], regex: 'b:2'}
    - {source_labels: [__address__], regex: 'c:3', target_label: __scheme__, replacement: http}
`);
    const all = new Alertmanagers(alertmanagers, {
      createClient: () => ({
        request: () => Promise.reject(new Error('not asked')),
        stream: () => Promise.reject(new Error('not asked')),
        close: () => {},
      }),
      createDiscovery: (config) => ({
        run: async (_, onGroups) => {
          const groups = config.kind === 'static' ? config.groups : [];
          onGroups(
            groups.map(({ targets, labels }, i) => ({
              labels,
              source: String(i),
              targets: targets.map((address) => [['__address__', address]] as const),
            })),
          );
        },
      }),
      clock: createManualClock(0),
      wait: async () => false,
      logger: silentLogger,
      instruments: notifyInstruments(createMeter()),
    });
    expect(all.status()).toEqual({
      active: ['https://a:1/am/api/v2/alerts', 'http://c:3/am/api/v2/alerts'],
      dropped: ['https://b:2/am/api/v2/alerts'],
    });
    await all.stop();
  });
});
