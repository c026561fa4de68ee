// `Authorization: Basic …`. https://www.rfc-editor.org/rfc/rfc7617

export const basicHeader = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
