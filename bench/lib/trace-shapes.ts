// The traces that the shop makes: eight trees of eight spans, about sixty names over twelve services.

export interface MadeSpan {
  readonly service: string;
  readonly name: string;
  /** SpanKind of OTLP. */
  readonly kind: number;
  /** Its parent among the spans of the shape; -1 for the root. */
  readonly parent: number;
  readonly fixed: readonly (readonly [string, string | number])[];
  readonly varied: 'http' | 'rpc' | 'database' | 'work';
  readonly path: string;
}

export type Shape = readonly MadeSpan[];

const kinds = { work: 1, server: 2, client: 3 } as const;

/** A server's side of HTTP: `GET /api/cart`. */
function http(service: string, method: string, path: string): MadeSpan {
  const fixed = [
    ['http.request.method', method],
    ['http.route', `${path}/:id`],
    ['server.address', `${service}.shop.svc.cluster.local`],
    ['server.port', 8080],
    ['url.scheme', 'http'],
    ['user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'],
  ] as const;
  const name = `${method} ${path}/:id`;
  return { service, name, kind: kinds.server, parent: -1, fixed, varied: 'http', path };
}

/** One side of a call, of the service that `service` is or calls. */
function rpc(service: string, side: 'server' | 'client', method: string, parent: number): MadeSpan {
  const [of, name] = method.split('/') as [string, string];
  const fixed = [
    ['rpc.system', 'grpc'],
    ['rpc.service', `shop.${of}`],
    ['rpc.method', name],
    ['server.address', `${of.toLowerCase()}.shop.svc.cluster.local`],
    ['server.port', 50_051],
  ] as const;
  const common = { service, name: `shop.${method}`, parent, fixed, path: '' };
  return { ...common, kind: kinds[side], varied: 'rpc' };
}

function database(service: string, operation: string, table: string, parent: number): MadeSpan {
  const fixed = [
    ['db.system.name', 'postgresql'],
    ['db.namespace', 'shop'],
    ['db.operation.name', operation],
    ['db.collection.name', table],
    ['db.query.text', `${operation} … ${table} WHERE id = $1`],
    ['server.address', 'postgres-0.shop.svc.cluster.local'],
  ] as const;
  const name = `${operation} ${table}`;
  return { service, name, kind: kinds.client, parent, fixed, varied: 'database', path: '' };
}

function work(service: string, name: string, parent: number): MadeSpan {
  const fixed = [
    ['code.function.name', name],
    ['code.file.path', `/app/src/${service}/${name}.js`],
    ['thread.name', 'main'],
    ['customer.tier', 'gold'],
  ] as const;
  return { service, name, kind: kinds.work, parent, fixed, varied: 'work', path: '' };
}

export const shapes: readonly Shape[] = [
  [
    http('frontend', 'POST', '/api/checkout'),
    rpc('frontend', 'client', 'Checkout/PlaceOrder', 0),
    rpc('checkout', 'server', 'Checkout/PlaceOrder', 1),
    work('checkout', 'prepareOrder', 2),
    rpc('checkout', 'client', 'Payment/Charge', 2),
    rpc('payment', 'server', 'Payment/Charge', 4),
    database('payment', 'INSERT', 'transactions', 5),
    database('checkout', 'INSERT', 'orders', 2),
  ],
  [
    http('frontend', 'GET', '/api/products'),
    rpc('frontend', 'client', 'Catalog/GetProduct', 0),
    rpc('catalog', 'server', 'Catalog/GetProduct', 1),
    database('catalog', 'SELECT', 'products', 2),
    rpc('frontend', 'client', 'Recommendation/List', 0),
    rpc('recommendation', 'server', 'Recommendation/List', 4),
    work('recommendation', 'rankProducts', 5),
    database('recommendation', 'SELECT', 'affinities', 5),
  ],
  [
    http('frontend', 'GET', '/api/cart'),
    rpc('frontend', 'client', 'Cart/GetCart', 0),
    rpc('cart', 'server', 'Cart/GetCart', 1),
    database('cart', 'SELECT', 'carts', 2),
    work('cart', 'sumPrices', 2),
    rpc('cart', 'client', 'Currency/Convert', 4),
    rpc('currency', 'server', 'Currency/Convert', 5),
    work('currency', 'convert', 6),
  ],
  [
    http('frontend', 'PUT', '/api/cart'),
    rpc('frontend', 'client', 'Cart/AddItem', 0),
    rpc('cart', 'server', 'Cart/AddItem', 1),
    work('cart', 'validateItem', 2),
    rpc('cart', 'client', 'Inventory/Reserve', 2),
    rpc('inventory', 'server', 'Inventory/Reserve', 4),
    database('inventory', 'UPDATE', 'stock', 5),
    database('cart', 'INSERT', 'cart_items', 2),
  ],
  [
    http('frontend', 'POST', '/api/shipping'),
    rpc('frontend', 'client', 'Shipping/GetQuote', 0),
    rpc('shipping', 'server', 'Shipping/GetQuote', 1),
    rpc('shipping', 'client', 'Quote/Calculate', 2),
    rpc('quote', 'server', 'Quote/Calculate', 3),
    work('quote', 'calculateQuote', 4),
    database('quote', 'SELECT', 'tariffs', 4),
    work('shipping', 'roundPrice', 2),
  ],
  [
    rpc('checkout', 'server', 'Checkout/Confirm', -1),
    work('checkout', 'confirmOrder', 0),
    rpc('checkout', 'client', 'Email/Send', 1),
    rpc('email', 'server', 'Email/Send', 2),
    work('email', 'renderTemplate', 3),
    database('checkout', 'UPDATE', 'orders', 1),
    rpc('checkout', 'client', 'Shipping/Ship', 1),
    rpc('shipping', 'server', 'Shipping/Ship', 6),
  ],
  [
    http('frontend', 'GET', '/api/ads'),
    rpc('frontend', 'client', 'Ad/GetAds', 0),
    rpc('ad', 'server', 'Ad/GetAds', 1),
    work('ad', 'selectAds', 2),
    database('ad', 'SELECT', 'campaigns', 3),
    rpc('ad', 'client', 'Catalog/ListProducts', 2),
    rpc('catalog', 'server', 'Catalog/ListProducts', 5),
    database('catalog', 'SELECT', 'categories', 6),
  ],
  [
    http('frontend', 'GET', '/api/orders'),
    rpc('frontend', 'client', 'Checkout/ListOrders', 0),
    rpc('checkout', 'server', 'Checkout/ListOrders', 1),
    database('checkout', 'SELECT', 'orders', 2),
    rpc('checkout', 'client', 'Currency/Rates', 2),
    rpc('currency', 'server', 'Currency/Rates', 4),
    database('currency', 'SELECT', 'rates', 5),
    work('checkout', 'formatOrders', 2),
  ],
];

export const services: readonly string[] = [
  ...new Set(shapes.flatMap((shape) => shape.map((span) => span.service))),
];
