// How the bytes of a log file are text: where lines end, and what they say.
// Names of encodings: https://encoding.spec.whatwg.org/#names-and-labels
import { InputError } from '#lib/errors.ts';

export interface TextForm {
  /** Bytes of one code unit: 2 for UTF-16. */
  readonly unit: 1 | 2;
  readonly isBigEndian: boolean;
  /** Whether `10xxxxxx` is the middle of a character. */
  readonly isUtf8: boolean;
  /** What is no text becomes U+FFFD. */
  decode(bytes: Buffer, from: number, to: number): string;
}

const utf8: TextForm = {
  unit: 1,
  isBigEndian: false,
  isUtf8: true,
  decode: (bytes, from, to) => bytes.toString('utf8', from, to),
};

/** Throws InputError `log_encoding_unknown`. */
export function checkEncoding(encoding: string | undefined): void {
  if (encoding !== undefined) decoderOf(encoding);
}

/** The form of a file that begins with `head`, and the bytes of its byte order mark. */
export function textFormOf(
  encoding: string | undefined,
  head: Uint8Array,
): { readonly form: TextForm; readonly markBytes: number } {
  const mark = markOf(head);
  const isUtf16 = encoding !== undefined && /^utf-?16$/i.test(encoding);
  const name = (encoding === undefined || isUtf16 ? mark?.encoding : undefined) ?? encoding;
  const decoder = decoderOf(name ?? 'utf-8');
  const { encoding: canonical } = decoder;
  const markBytes = mark?.encoding === canonical ? mark.bytes : 0;
  if (canonical === 'utf-8') return { form: utf8, markBytes };
  const form: TextForm = {
    unit: canonical.startsWith('utf-16') ? 2 : 1,
    isBigEndian: canonical === 'utf-16be',
    isUtf8: false,
    decode: (bytes, from, to) => decoder.decode(bytes.subarray(from, to)),
  };
  return { form, markBytes };
}

function markOf(head: Uint8Array): { encoding: string; bytes: number } | undefined {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return undefined;
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { ignoreBOM: true });
  } catch (cause) {
    const message = `cannot read log files in the encoding '${encoding}': it is not known; name one of the WHATWG encoding standard, as utf-16le or iso-8859-1`;
    throw new InputError('log_encoding_unknown', message, { cause });
  }
}
