// Whether a text is valid Unicode. Bytes that were no UTF-8 were read as U+FFFD, and so are counted as
// broken here: Promtail makes no label of them.
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const isUnicode = (text: string): boolean =>
  !text.includes('\ufffd') && !loneSurrogate.test(text);
