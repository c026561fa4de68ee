import { expect, it } from 'vitest';
import type { Connection } from '../driver/connection.ts';
import type { Driver } from '../driver/driver.ts';
import { deleteLogs } from './delete-logs.ts';

const dayNano = 86_400_000_000_000n;

/** An engine with one stream on days 1 and 2; `records` are asked for before and after it goes. */
function fakeDriver(records: readonly (readonly { day: number; id: string }[])[]) {
  const done: string[] = [];
  const left = [...records];
  const days = [1, 2].map((day) => ({ day, id: '7', labels: { app: 'a' } }));
  const connection: Partial<Connection> = {
    objects: async <Row>(sql: string) => {
      if (!sql.includes('otel_log_streams')) return (left.shift() ?? []) as Row[];
      return (
        sql.includes('labels') ? days.filter(({ day }) => sql.includes(`((${day}, 7)`)) : days
      ) as Row[];
    },
    command: async (sql) => {
      done.push(sql);
    },
    insert: async (statement, chunks) => {
      done.push(`${statement}: ${[...chunks].map((chunk) => new TextDecoder().decode(chunk))}`);
    },
  };
  const layout = { database: 'd', cluster: undefined, isReplicated: false, isOnCluster: false };
  const driver: Partial<Driver> = {
    layout,
    schemaConnections: async () => [connection as Connection],
  };
  return { driver: driver as Driver, done };
}

const deletion = {
  tenant: 't',
  fromNano: dayNano,
  toNano: 3n * dayNano,
  streams: [7n],
  conditions: [],
};

it('deletes a stream on the days on which nothing is left of it', async () => {
  const { driver, done } = fakeDriver([[{ day: 2, id: '7' }]]);
  await deleteLogs(driver, deletion, async () => void done.push('settled'));
  expect(done).toHaveLength(3);
  expect(done[0]).toMatch(/^ALTER TABLE otel_logs DELETE WHERE .*tenant = 't'.*stream_id IN \(7\)/);
  expect(done[1]).toMatch(/^ALTER TABLE otel_log_streams DELETE WHERE .*'t'.*\(\(1, 7\)\)/);
  expect(done[2]).toBe('settled');
});

it('brings a stream back of which a line came while it went', async () => {
  const { driver, done } = fakeDriver([[{ day: 2, id: '7' }], [{ day: 1, id: '7' }]]);
  await deleteLogs(driver, deletion, async () => void done.push('settled'));
  expect(done).toHaveLength(4);
  expect(done[3]).toMatch(
    /^INSERT INTO otel_log_streams .*stream_id\) FORMAT JSONEachRow: \{"day":1,.*"stream_id":"7"\}\n$/,
  );
});
