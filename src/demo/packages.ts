// The packages that the demo's services are instrumented with. They are devDependencies: whoever
// installs Sightline does not pay for the demo, and is told how to get it.
import { createRequire } from 'node:module';
import { InputError } from '#lib/errors.ts';

/** Name → version; a test compares them with package.json. */
export const demoPackages: Readonly<Record<string, string>> = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/core': '2.12.0',
  '@opentelemetry/exporter-logs-otlp-proto': '0.223.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.223.0',
  '@opentelemetry/instrumentation-http': '0.223.0',
  '@opentelemetry/instrumentation-pino': '0.69.0',
  '@opentelemetry/otlp-transformer': '0.223.0',
  '@opentelemetry/resources': '2.12.0',
  '@opentelemetry/sdk-logs': '0.223.0',
  '@opentelemetry/sdk-metrics': '2.12.0',
  '@opentelemetry/sdk-node': '0.223.0',
  '@opentelemetry/sdk-trace-base': '2.12.0',
  pino: '10.4.0',
};

const require = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws InputError `demo_packages_missing`, whose message has the command that installs them. */
export function assertDemoPackages(isPresent: (name: string) => boolean = isInstalled): void {
  const missing = Object.keys(demoPackages).filter((name) => !isPresent(name));
  if (missing.length === 0) return;
  const wanted = missing.map((name) => `${name}@${demoPackages[name]}`).join(' ');
  throw new InputError(
    'demo_packages_missing',
    `cannot run the demo: its packages are not installed; run: npm install --no-save ${wanted}`,
  );
}
