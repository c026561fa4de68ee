// `host:port` of the configuration as what sockets are opened on.
export interface ListenAddress {
  /** Undefined: every interface. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Undefined for what is no `host:port`, `[host]:port` or `:port`. */
export function parseListenAddress(address: string): ListenAddress | undefined {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(found?.[3]);
  if (!found || port > 65_535) return undefined;
  const host = found[1] ?? found[2] ?? '';
  return { host: host === '' ? undefined : host, port };
}
