/** A URL for messages. */
export const withoutPassword = (url: string): string =>
  url.replace(/^(\w+:\/\/[^/?#:@]*):[^/?#@]*@/, '$1:xxxxx@');
