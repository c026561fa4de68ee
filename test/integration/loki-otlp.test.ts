// OTLP logs on Loki's own port: its statuses, and records found again as Loki shows them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

let sightline: Sightline;
beforeAll(async () => {
  sightline = await startSightline({ config: { internal_telemetry: { enabled: false } } });
});
afterAll(() => sightline.stop());

const send = (body: string, type = 'application/json') =>
  fetch(`http://127.0.0.1:${sightline.ports.loki}/otlp/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });

const exportOf = (record: object): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [{ logRecords: [{ body: { stringValue: 'a line' }, ...record }] }],
      },
    ],
  });

const named = (key: string) => ({ attributes: [{ key, value: { stringValue: 'v' } }] });

test('records are stored, and their maps are metadata per value', async () => {
  const value = { kvlistValue: { values: [{ key: 'in', value: { intValue: '2' } }] } };
  const record = { timeUnixNano: `${Date.now()}000000`, attributes: [{ key: 'nested', value }] };
  expect((await send(exportOf(record))).status).toBe(204);
  const { result } = await sightline.query.logql.range('{service_name="shop"} | nested_in="2"', {
    start: Date.now() - 60_000,
    end: Date.now() + 60_000,
  });
  expect(result).toMatchObject([
    { stream: { nested_in: '2' }, values: [[record.timeUnixNano, 'a line']] },
  ]);
});

test.each([
  ['what is no JSON', '{', 'application/json', 400, /JSON/],
  ['what is no protobuf', 'garbage', 'application/x-protobuf', 400, /protobuf|wire|field/],
  ['nothing', '{}', 'application/json', 422, /at least one valid stream/],
  ['a name without a letter', exportOf(named('ключ')), 'application/json', 400, /ASCII letter/],
  ['another type', 'x', 'text/plain', 415, /Content-Type/],
])('%s is refused', async (_, body, type, status, message) => {
  const response = await send(body, type);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect(await response.text()).toMatch(message);
});
