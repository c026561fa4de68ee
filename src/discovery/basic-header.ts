// `Authorization: Basic …`. https://www.rfc-editor.org/rfc/rfc7617

export const basicHeader = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What stands before the host of a URL. */
export const basicHeaderOf = ({ username, password }: URL): string =>
  basicHeader(decoded(username), decoded(password));

/** Other texts than escapes are left as they are. */
const decoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
