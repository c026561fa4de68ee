// Our alerts in a real Alertmanager, as amtool shows them: firing, then resolved; and what comes of
// another Alertmanager that is down.

import { compress } from 'snappy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { freePort } from '../lib/program.ts';
import { type RealAlertmanager, startAlertmanager } from '../lib/real-alertmanager.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';
import { writeRequest1 } from '../lib/remote-write.ts';

const rules = `
groups:
- name: quick
  interval: 1s
  rules:
  - alert: Hot
    expr: temperature > 50
    for: 2s
    labels: {severity: page}
    annotations:
      summary: '{{ $value | humanize }} degrees in {{ $labels.room }} of {{ $externalLabels.site }}'
`;

describeReal('a real Alertmanager', () => {
  let manager: RealAlertmanager;
  let sightline: RealSightline;

  beforeAll(async () => {
    manager = await startAlertmanager();
    const nobody = `127.0.0.1:${await freePort(0)}`;
    sightline = await startSightline({
      'prometheus.yml': `
global: {evaluation_interval: 1s, external_labels: {site: here}}
rule_files: [rules.yml]
alerting:
  alertmanagers:
  - static_configs: [{targets: ['${nobody}', '${manager.address}']}]
`,
      'rules.yml': rules,
    });
  });
  afterAll(async () => {
    await sightline?.stop();
    await manager?.stop();
  });

  const measure = async (room: string, value: number): Promise<void> => {
    const labels = [
      ['__name__', 'temperature'],
      ['room', room],
    ] as const;
    const body = writeRequest1([{ labels, samples: [{ timeMs: Date.now(), value }] }]);
    const response = await fetch(`${sightline.prometheus.url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: await compress(Buffer.from(body)),
    });
    expect(response.status).toBe(204);
  };

  test('has none while nothing fires', async () => {
    await measure('kitchen', 20);
    await eventually('a value', () => sightline.prometheus.value('temperature'));
    expect(manager.alerts()).toEqual([]);
  });

  test('has one that fires, though another Alertmanager is down', async () => {
    await measure('kitchen', 70.5);
    const [alert] = await eventually('an alert', () => {
      const alerts = manager.alerts();
      return alerts.length > 0 ? alerts : undefined;
    });
    expect(alert).toMatchObject({
      labels: { alertname: 'Hot', room: 'kitchen', severity: 'page', site: 'here' },
      annotations: { summary: '70.5 degrees in kitchen of here' },
      status: { state: 'active' },
    });
    expect(alert?.generatorURL).toMatch(/^http:\/\/.*temperature/);
    const { alerts } = await sightline.prometheus.get<{ alerts: readonly { activeAt: string }[] }>(
      'alerts',
    );
    // It fires two seconds after it has become active.
    const activeMs = Date.parse(alerts[0]?.activeAt ?? '');
    expect(Date.parse(alert?.startsAt ?? '') - activeMs).toBeGreaterThanOrEqual(2000);
  });

  test('has each of several', async () => {
    await measure('kitchen', 71);
    await measure('hall', 60);
    const alerts = await eventually('two alerts', () => {
      const found = manager.alerts();
      return found.length === 2 ? found : undefined;
    });
    expect(alerts.map(({ labels }) => labels.room).sort()).toEqual(['hall', 'kitchen']);
    expect(manager.alerts('room=hall')).toHaveLength(1);
  });

  test('hears that they are resolved', async () => {
    // Left alone, they would last for minutes: only word of their end takes them away at once.
    const endsMs = manager.alerts().map(({ endsAt }) => Date.parse(endsAt));
    await measure('kitchen', 20);
    await measure('hall', 20);
    await eventually('no alert left', () => (manager.alerts().length === 0 ? true : undefined));
    expect(endsMs).toHaveLength(2);
    for (const ends of endsMs) expect(ends - Date.now()).toBeGreaterThan(60_000);
  });

  test('is shown as one of two', async () => {
    const { activeAlertmanagers } = await sightline.prometheus.get<{
      activeAlertmanagers: readonly { url: string }[];
    }>('alertmanagers');
    expect(activeAlertmanagers).toHaveLength(2);
    expect(activeAlertmanagers).toContainEqual({ url: `http://${manager.address}/api/v2/alerts` });
  });
});
