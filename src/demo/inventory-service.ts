// What is there: stock levels and reservations. Its warehouse is the slow dependency.
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { createDatabase } from './database.ts';
import { warehouseSlowdown } from './fault.ts';
import { products, type Shop } from './part.ts';
import { type Route, serve } from './web-server.ts';

const fullStock = 60;
const slowMs = 200;

export function startInventoryService(shop: Shop, port: number): Promise<number> {
  const query = createDatabase(shop, 'inventory');
  const stock = new Map(products.map(({ sku }) => [sku, fullStock]));
  shop.meter
    .createObservableGauge('inventory.stock', { description: 'Pieces in stock, by product.' })
    .addCallback((result) => {
      for (const [sku, pieces] of stock) result.observe(pieces, { sku });
    });

  const level: Route = {
    method: 'GET',
    path: '/stock/:sku',
    answer: async ({ parameter: sku }) => {
      await query({
        operation: 'SELECT',
        table: 'stock',
        text: 'SELECT pieces FROM stock WHERE sku = $1',
        medianMs: 3,
      });
      return { status: 200, body: { sku, pieces: stock.get(sku) ?? 0 } };
    },
  };
  const reserve: Route = {
    method: 'POST',
    path: '/reservations',
    answer: async ({ body }) => {
      const { sku } = body as { sku: string };
      await askWarehouse(shop, sku);
      const pieces = stock.get(sku) ?? 0;
      if (pieces === 0) {
        shop.logger.warn({ sku }, 'out of stock; ordering more');
        stock.set(sku, fullStock);
        return { status: 409, body: { error: `${sku} is out of stock` } };
      }
      await query({
        operation: 'UPDATE',
        table: 'stock',
        text: 'UPDATE stock SET pieces = pieces - 1 WHERE sku = $1',
        medianMs: 5,
      });
      stock.set(sku, pieces - 1);
      shop.logger.info({ sku, pieces: pieces - 1 }, 'reserved');
      return { status: 201, body: { sku, reserved: 1 } };
    },
  };
  return serve(shop, port, [level, reserve]);
}

/** The warehouse itself sends no telemetry: its slowness shows in the span of whoever calls it. */
function askWarehouse(shop: Shop, sku: string): Promise<void> {
  const attributes = {
    'http.request.method': 'GET',
    'server.address': 'warehouse.internal',
    'url.full': `http://warehouse.internal/v2/locations/${sku}`,
  };
  return shop.tracer.startActiveSpan(
    'GET warehouse',
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      const tookMs = shop.dice.latencyMs(25) * warehouseSlowdown(shop.elapsedMs());
      await sleep(tookMs);
      if (tookMs > slowMs) {
        shop.logger.warn({ sku, took_ms: Math.round(tookMs) }, 'the warehouse is slow');
      }
      span.setAttribute('http.response.status_code', 200);
      span.end();
    },
  );
}
