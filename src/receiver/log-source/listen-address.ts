// `host:port` of the configuration as what sockets are opened on.
import { InputError } from '#lib/errors.ts';
import type { Place } from '#prometheus-config/place.ts';

export interface ListenAddress {
  /** Undefined: every interface. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Throws InputError `log_address_invalid`, with the place. */
export function parseListenAddress(address: string, place: Place): ListenAddress {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(found?.[3]);
  if (!found || port > 65_535) {
    const message = `${place.file}:${place.line}:${place.column}: cannot listen on '${address}': it is not host:port`;
    throw new InputError('log_address_invalid', message);
  }
  const host = found[1] ?? found[2] ?? '';
  return { host: host === '' ? undefined : host, port };
}
