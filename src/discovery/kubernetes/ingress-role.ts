// `role: ingress`: every path of every rule.
import { META, putObjectLabels } from './meta-labels.ts';
import type { Ingress } from './object.ts';
import { putNamespace, type Role } from './role.ts';

export const ingressRole: Role = {
  resource: 'ingresses',
  others: [],
  prefix: 'ingress/',
  build: (object, lookup) => {
    const ingress = object as Ingress;
    const labels = new Map([[`${META}ingress_name`, ingress.metadata.name]]);
    const className = ingress.spec?.ingressClassName;
    if (className !== undefined) labels.set(`${META}ingress_class_name`, className);
    putNamespace(labels, ingress.metadata.namespace, lookup);
    putObjectLabels(labels, 'ingress', ingress.metadata);
    const secure = (ingress.spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts);
    const targets = (ingress.spec?.rules ?? []).flatMap(({ host = '', http }) => {
      const scheme = secure.some((pattern) => isHostOf(pattern, host)) ? 'https' : 'http';
      const paths = http?.paths?.map(({ path }) => path || '/') ?? ['/'];
      return paths.map(
        (path) =>
          new Map([
            ['__address__', host],
            [`${META}ingress_scheme`, scheme],
            [`${META}ingress_host`, host],
            [`${META}ingress_path`, path],
          ]),
      );
    });
    return { labels, targets };
  },
};

/** `*.example.com` stands for one more part. */
function isHostOf(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  return host.slice(host.indexOf('.') + 1) === pattern.slice(2) && host.includes('.');
}
