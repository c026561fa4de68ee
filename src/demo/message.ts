// What the program and a process of the demo say to each other over the IPC channel. The channel is
// also the lifeline: when it closes, the process ends.

export type DemoRole = 'user-service' | 'order-service' | 'inventory-service' | 'load';

export interface StartMessage {
  readonly kind: 'start';
  readonly role: DemoRole;
  /** Base address of OTLP over HTTP, without `/v1/…`. */
  readonly otlpUrl: string;
  /** What every export carries besides, like credentials. */
  readonly otlpHeaders: Readonly<Record<string, string>>;
  /** 0 for a free one. The load listens on none. */
  readonly port: number;
  /** Base addresses of the services that this one calls. */
  readonly peers: Readonly<Partial<Record<DemoRole, string>>>;
  readonly seed: number;
}

export interface StopMessage {
  readonly kind: 'stop';
}

export type FromDemo =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string };
