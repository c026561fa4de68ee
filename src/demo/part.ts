// What every process of the demo is made of: its place in the shop, its telemetry, its chance.
import type { Meter, Tracer } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Dice } from './dice.ts';
import type { DemoRole } from './message.ts';

export type Http = typeof import('node:http');

export interface Shop {
  readonly role: DemoRole;
  /** Node's `http` as the instrumentation has patched it. */
  readonly http: Http;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly dice: Dice;
  /** Milliseconds since the demo began: what goes wrong depends on it. */
  elapsedMs(): number;
  /** Base address of another service. */
  peer(role: DemoRole): string;
}

export const customers = Array.from({ length: 40 }, (_, i) => `u-${1000 + i}`);

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: 'books' | 'garden' | 'kitchen' | 'toys';
  readonly priceEur: number;
}

export const products: readonly Product[] = [
  { sku: 'BK-101', name: 'Atlas of clouds', category: 'books', priceEur: 34 },
  { sku: 'BK-204', name: 'Bread at home', category: 'books', priceEur: 22 },
  { sku: 'GD-310', name: 'Copper watering can', category: 'garden', priceEur: 48 },
  { sku: 'GD-322', name: 'Seed collection', category: 'garden', priceEur: 12 },
  { sku: 'KT-415', name: 'Cast-iron pan', category: 'kitchen', priceEur: 89 },
  { sku: 'KT-460', name: 'Pepper mill', category: 'kitchen', priceEur: 41 },
  { sku: 'TY-502', name: 'Wooden train', category: 'toys', priceEur: 57 },
  { sku: 'TY-515', name: 'Kite', category: 'toys', priceEur: 19 },
];
