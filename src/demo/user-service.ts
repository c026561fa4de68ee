// Who may buy: looks customers up. Nothing goes wrong here.
import { createDatabase } from './database.ts';
import { customers, type Shop } from './part.ts';
import { type Route, serve } from './web-server.ts';

export function startUserService(shop: Shop, port: number): Promise<number> {
  const query = createDatabase(shop, 'users');
  const lookups = shop.meter.createCounter('user.lookups', {
    description: 'Customers looked up, by outcome.',
  });
  const user: Route = {
    method: 'GET',
    path: '/users/:id',
    answer: async ({ parameter: id }) => {
      await query({
        operation: 'SELECT',
        table: 'users',
        text: 'SELECT id, name, tier FROM users WHERE id = $1',
        medianMs: 2,
      });
      const isKnown = customers.includes(id);
      lookups.add(1, { outcome: isKnown ? 'found' : 'unknown' });
      if (!isKnown) {
        shop.logger.warn({ 'user.id': id }, 'unknown customer');
        return { status: 404, body: { error: `no user ${id}` } };
      }
      const tier = customers.indexOf(id) % 5 === 0 ? 'gold' : 'standard';
      shop.logger.info({ 'user.id': id, tier }, 'customer looked up');
      return { status: 200, body: { id, tier } };
    },
  };
  return serve(shop, port, [user]);
}
