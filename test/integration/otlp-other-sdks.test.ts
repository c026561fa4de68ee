// The bytes of SDKs of other languages (made by hand, see other-sdks.ts) into the running program: whatever a
// serializer may do differently, the trace is the same.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dialects, requestOf } from '../lib/other-sdks.ts';
import { sendOtlpGrpc, sendOtlpHttp } from '../lib/otlp-client.ts';
import { attributes } from '../lib/otlp-json.ts';
import { TraceProgram } from '../lib/trace-program.ts';
import { matched } from '../lib/trace-views.ts';

let program: TraceProgram;
beforeAll(async () => {
  program = await TraceProgram.start();
});
afterAll(() => program?.sightline.stop());

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

it.each(dialects)('$language, $transport, $encoding', async (dialect) => {
  const { language, transport, encoding, sdkVersion, hasFlags } = dialect;
  const startNano = BigInt(Date.now() - 5000) * 1_000_000n;
  const traceId = Buffer.from(language.padEnd(16, '-')).toString('hex');
  const [rootId, childId] = ['1122334455667788', '99aabbccddeeff00'];
  const bytes = requestOf(dialect, { traceId, rootId, childId, startNano });
  if (transport === 'grpc') {
    const url = `http://127.0.0.1:${program.sightline.ports.otlpGrpc}`;
    expect((await sendOtlpGrpc(url, 'traces', bytes, { encoding })).status).toBe(0);
  } else {
    const answer = await sendOtlpHttp(program.otlpUrl, 'traces', bytes, { encoding });
    expect(answer.status).toBe(200);
  }
  const { batches } = await program.json<{ batches: object[] }>(`/tempo/api/traces/${traceId}`);
  const flags = hasFlags ? { flags: 0x101 } : {};
  const schemaUrl = 'https://opentelemetry.io/schemas/1.37.0';
  expect(batches).toEqual([
    {
      resource: {
        attributes: attributes({
          'service.name': `${language}-shop`,
          'telemetry.sdk.language': language,
          'telemetry.sdk.name': 'opentelemetry',
          'telemetry.sdk.version': sdkVersion,
        }),
      },
      schemaUrl,
      scopeSpans: [
        {
          scope: { name: 'http.client', version: '0.63.0' },
          schemaUrl,
          spans: [
            {
              traceId: base64(traceId),
              spanId: base64(rootId),
              name: 'GET /cart',
              kind: 'SPAN_KIND_SERVER',
              startTimeUnixNano: String(startNano),
              endTimeUnixNano: String(startNano + 5_000_000n),
              attributes: attributes({
                text: 'naïve ✓',
                yes: true,
                whole: -42,
                part: 1.5,
                list: ['a', 7],
              }),
              events: [
                {
                  timeUnixNano: String(startNano + 2_000_000n),
                  name: 'cache.miss',
                  attributes: attributes({ size: 7 }),
                },
              ],
              status: {},
              ...flags,
            },
            {
              traceId: base64(traceId),
              spanId: base64(childId),
              parentSpanId: base64(rootId),
              name: 'SELECT',
              kind: 'SPAN_KIND_CLIENT',
              startTimeUnixNano: String(startNano + 1_000_000n),
              endTimeUnixNano: String(startNano + 6_000_000n),
              status: { code: 'STATUS_CODE_ERROR', message: 'gone' },
              ...flags,
            },
          ],
        },
      ],
    },
  ]);
  const of = `{ resource.telemetry.sdk.language = "${language}" }`;
  expect(await matched(program, `${of} > { status = error }`)).toBe(1);
  expect(
    await matched(program, '{ nestedSetParent = -1 && span.whole = -42 && span.list = "a" }'),
  ).toBe(dialects.indexOf(dialect) + 1);
});
