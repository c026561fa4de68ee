// Takes orders: asks who buys and what is there, then writes the order. Its writes fail at a rate
// that rises and falls.
import { createDatabase } from './database.ts';
import { writeErrorRate } from './fault.ts';
import { products, type Shop } from './part.ts';
import { type Answer, call, type Route, serve } from './web-server.ts';

interface OrderRequest {
  readonly userId: string;
  readonly sku: string;
}

export function startOrderService(shop: Shop, port: number): Promise<number> {
  const query = createDatabase(shop, 'orders');
  const placed = shop.meter.createCounter('orders.placed', {
    description: 'Orders, by category of the product and outcome.',
  });
  const value = shop.meter.createHistogram('order.value', {
    description: 'Value of the orders that were accepted.',
    unit: 'EUR',
    advice: { explicitBucketBoundaries: [10, 20, 40, 60, 80, 100] },
  });

  const place = async ({ userId, sku }: OrderRequest): Promise<Answer> => {
    const user = await call(shop, 'GET', `${shop.peer('user-service')}/users/${userId}`);
    if (user.status !== 200) return { status: 422, body: { error: `no user ${userId}` } };
    const reservations = `${shop.peer('inventory-service')}/reservations`;
    const reservation = await call(shop, 'POST', reservations, { sku });
    if (reservation.status !== 201) return { status: 409, body: reservation.body };
    await query({
      operation: 'INSERT',
      table: 'orders',
      text: 'INSERT INTO orders (user_id, sku, price_eur) VALUES ($1, $2, $3)',
      medianMs: 8,
      failureRate: writeErrorRate(shop.elapsedMs()),
    });
    return { status: 201, body: { userId, sku } };
  };

  const order: Route = {
    method: 'POST',
    path: '/orders',
    answer: async ({ body }) => {
      const request = body as OrderRequest;
      const product = products.find(({ sku }) => sku === request.sku);
      const category = product?.category ?? 'unknown';
      try {
        const answer = await place(request);
        const outcome = answer.status === 201 ? 'accepted' : 'refused';
        placed.add(1, { category, outcome });
        if (outcome === 'accepted') value.record(product?.priceEur ?? 0, { category });
        const level = outcome === 'accepted' ? 'info' : 'warn';
        shop.logger[level]({ 'user.id': request.userId, sku: request.sku }, `order ${outcome}`);
        return answer;
      } catch (error) {
        placed.add(1, { category, outcome: 'failed' });
        throw error;
      }
    },
  };
  const stock: Route = {
    method: 'GET',
    path: '/products/:sku',
    answer: ({ parameter: sku }) =>
      call(shop, 'GET', `${shop.peer('inventory-service')}/stock/${sku}`),
  };
  return serve(shop, port, [order, stock]);
}
