// The customers: about twelve requests a second, a third of them orders. They send no telemetry of
// their own; every trace begins in the order-service.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import { customers, type Http, products } from './part.ts';
import { call } from './web-server.ts';

const pauseMs = 80;
const waitingMax = 50;

/** Runs until the process ends. */
export async function runLoad(http: Http, dice: Dice, orderUrl: string): Promise<never> {
  let waiting = 0;
  for (;;) {
    await sleep(pauseMs * (0.5 + dice.roll()));
    if (waiting >= waitingMax) continue;
    waiting++;
    visit(http, dice, orderUrl).then(
      () => waiting--,
      // A service that does not answer is what the demo may show; the next customer comes anyway.
      () => waiting--,
    );
  }
}

function visit(http: Http, dice: Dice, orderUrl: string): Promise<unknown> {
  const { sku } = dice.pick(products);
  if (dice.roll() < 0.66) return call({ http }, 'GET', `${orderUrl}/products/${sku}`);
  const userId = dice.roll() < 0.02 ? 'u-9999' : dice.pick(customers);
  return call({ http }, 'POST', `${orderUrl}/orders`, { userId, sku });
}
