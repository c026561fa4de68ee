// jaeger.api_v3.QueryService and jaeger.api_v2.QueryService as @grpc/grpc-js calls them, over a socket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jaegerQueryServices } from '#api/jaeger/index.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { checkoutId, checkoutSpans, otlpOf, shopEndMs, shopStartMs } from '../lib/jaeger-shop.ts';
import { type JaegerStore, startJaegerStore } from '../lib/jaeger-store.ts';
import {
  createTempoGrpcClient,
  type Fields,
  fieldsOf,
  messageOf,
  messagesOf,
  textOf,
  textsOf,
} from '../lib/tempo-grpc-client.ts';
import { startTestServer, type TestServer } from '../lib/test-server.ts';

let started: JaegerStore;
let server: TestServer;

beforeAll(async () => {
  started = await startJaegerStore([otlpOf(checkoutSpans)], shopEndMs);
  server = await startTestServer({ mounts: [], grpc: jaegerQueryServices(started.sources) });
});
afterAll(async () => {
  await server?.server.stop();
  await started?.stop();
});

describe('over gRPC', () => {
  const seconds = Math.floor(shopStartMs / 1000);
  const time = (writer: ProtobufWriter, field: number, at: number): void =>
    writer.message(field, () => writer.varint(1, at));
  const written = (write: (writer: ProtobufWriter) => void): Uint8Array => {
    const writer = new ProtobufWriter();
    write(writer);
    return writer.finish();
  };
  const range = (writer: ProtobufWriter, first: number): void => {
    time(writer, first, seconds - 60);
    time(writer, first + 1, seconds + 3600);
  };
  const find = written((writer) =>
    writer.message(1, () => {
      writer.text(1, 'checkout');
      range(writer, 4);
    }),
  );
  const ask = async (service: string, method: string, message: Uint8Array) => {
    const client = createTempoGrpcClient(server.port, service);
    const answer = await client.call(method, message);
    client.close();
    return answer;
  };

  it('v3', async () => {
    const v3 = 'jaeger.api_v3.QueryService';
    const byId = await ask(v3, 'GetTrace', messageOf({ 1: checkoutId }));
    expect(byId.error).toBeUndefined();
    const spansOf = (parts: readonly Buffer[]) =>
      parts.flatMap((part) =>
        messagesOf(fieldsOf(part), 1).flatMap((resource) =>
          messagesOf(resource, 2).flatMap((scope) => scope.get(2) ?? []),
        ),
      );
    expect(spansOf(byId.parts)).toHaveLength(checkoutSpans.length);
    const found = await ask(v3, 'FindTraces', find);
    expect(spansOf(found.parts)).toHaveLength(checkoutSpans.length);
    const services = await ask(v3, 'GetServices', new Uint8Array());
    expect(textsOf(fieldsOf(services.parts[0] as Buffer), 1)).toContain('payment');
    const operations = await ask(v3, 'GetOperations', messageOf({ 1: 'cart' }));
    const [operation] = messagesOf(fieldsOf(operations.parts[0] as Buffer), 1);
    expect(operation && [textOf(operation, 1), textOf(operation, 2)]).toEqual(['clear', 'server']);
    const summaries = await ask(v3, 'FindTraceSummaries', find);
    const [summary] = messagesOf(fieldsOf(summaries.parts[0] as Buffer), 1);
    expect(summary && [textOf(summary, 1), summary.get(6)]).toEqual([checkoutId, [5]]);
    const missing = await ask(v3, 'GetTrace', messageOf({ 1: 'abc' }));
    expect([missing.error?.code, missing.error?.details]).toEqual([5, 'trace not found']);
    const refused = await ask(v3, 'FindTraces', new Uint8Array());
    expect([refused.error?.code, refused.error?.details]).toEqual([3, 'missing query']);
    const garbage = await ask(v3, 'FindTraces', Buffer.from([0x0a, 0xff]));
    expect(garbage.error?.code).toBe(3);
  });

  it('v2', async () => {
    const v2 = 'jaeger.api_v2.QueryService';
    const id = written((writer) => writer.bytes(1, Buffer.from(checkoutId, 'hex')));
    const byId = await ask(v2, 'GetTrace', id);
    const spans = byId.parts.flatMap((part) => messagesOf(fieldsOf(part), 1));
    expect(spans).toHaveLength(checkoutSpans.length);
    const names = spans.map((span) => textOf(messagesOf(span, 10)[0] as Fields, 1));
    expect(new Set(names)).toEqual(
      new Set(['cart', 'checkout', 'missing-service-name', 'payment']),
    );
    const found = await ask(v2, 'FindTraces', find);
    expect(found.parts.flatMap((part) => messagesOf(fieldsOf(part), 1))).toHaveLength(5);
    const operations = await ask(v2, 'GetOperations', messageOf({ 1: 'checkout' }));
    expect(textsOf(fieldsOf(operations.parts[0] as Buffer), 1)).toHaveLength(2);
    const asked = written((writer) => range(writer, 1));
    const dependencies = await ask(v2, 'GetDependencies', asked);
    expect(messagesOf(fieldsOf(dependencies.parts[0] as Buffer), 1)).toHaveLength(3);
  });
});
