// Which message a body is, from its headers. As Prometheus: without a Content-Type it is 1.0, without a
// Content-Encoding it is snappy nevertheless.
// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/#required-http-headers
import type { RemoteWriteVersion } from '#codec/remote-write/decode.ts';
import { InputError } from '#lib/errors.ts';

const mediaType = 'application/x-protobuf';

const versions: Readonly<Record<string, RemoteWriteVersion>> = {
  'prometheus.WriteRequest': 1,
  'io.prometheus.write.v2.Request': 2,
};

/** Throws InputError `remote_write_unsupported`. */
export function versionOf(contentType: string | undefined): RemoteWriteVersion {
  const [type = '', ...parameters] = (contentType?.trim() || mediaType).split(';');
  if (type.trim().toLowerCase() !== mediaType) {
    throw unsupported(`expected ${mediaType} as the media type, got ${quoted(type)}`);
  }
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'proto') continue;
    const version = versions[value];
    if (version === undefined) {
      const known = Object.keys(versions).join(' or ');
      throw unsupported(`the message ${quoted(value)} is not known; send ${known}`);
    }
    return version;
  }
  return 1;
}

/** Throws InputError `remote_write_unsupported` for anything but snappy. */
export function assertSnappy(contentEncoding: string | undefined): void {
  const name = contentEncoding?.trim().toLowerCase() ?? '';
  if (name !== '' && name !== 'snappy') {
    throw unsupported(`the Content-Encoding ${quoted(name)} is not accepted, only snappy`);
  }
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));

const unsupported = (message: string): InputError =>
  new InputError('remote_write_unsupported', message);
