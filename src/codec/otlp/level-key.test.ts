import { expect, it } from 'vitest';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import { attributes, encodeOtlp, logsOf } from '../../../test/lib/otlp-json.ts';
import { decodeLogs } from './decode.ts';
import { hasLevelKey } from './level-key.ts';

it('finds a key among strings as a column has them', () => {
  const bytes = new TextEncoder().encode('__\u0002ab\u0005level\u0003lvl');
  expect(hasLevelKey(bytes, 2, 5)).toBe(false);
  expect(hasLevelKey(bytes, 2, 11)).toBe(true);
  expect(hasLevelKey(bytes, 11, bytes.length)).toBe(true);
  expect(hasLevelKey(bytes, 2, 2)).toBe(false);
});

it('leaves a level among the attributes to the reader, else takes the first that is said', () => {
  const line = { body: { stringValue: '{"level":"error"}' } };
  const records = [
    line,
    { ...line, severityNumber: 5 },
    { ...line, severityText: 'X' },
    { ...line, attributes: attributes({ Severity: 'debug' }) },
  ];
  const context = {
    tenant: '',
    nowNano: 1_800_000_000_000_000_000n,
    limits: { minUnixNano: undefined, maxUnixNano: undefined },
    identities: new IdentityCache(),
  };
  const { batch } = decodeLogs(encodeOtlp('logs', logsOf(records)), context);
  const rows = rowsOf(batch, 'otel_logs');
  expect(rows.map((row) => row.detected_level)).toEqual(['error', 'debug', 'X', '']);
  expect(rows.map((row) => row.parsed_level)).toEqual(Array(4).fill('jerror'));
});
