// How a pod finds its API server: variables, and files that Kubernetes mounts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connectionOf } from '#discovery/kubernetes/connection.ts';
import { discoveryConfigOf } from '../lib/found-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-cluster-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('in a cluster the service account is used', async () => {
  writeFileSync(join(folder, 'namespace'), 'monitoring\n');
  const config = discoveryConfigOf('kubernetes', { role: 'pod' });
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  const connection = await connectionOf(config, { env, serviceAccountFolder: folder });
  expect(connection).toMatchObject({
    server: 'https://[fd00::1]:443',
    ownNamespace: 'monitoring',
    http: {
      authorization: { type: 'Bearer', credentialsFile: join(folder, 'token') },
      tls: { caFile: join(folder, 'ca.crt') },
    },
  });
});

it('outside of one it is said what is missing', async () => {
  const config = discoveryConfigOf('kubernetes', { role: 'pod' });
  await expect(connectionOf(config, { env: {} })).rejects.toMatchObject({
    code: 'discovery_failed',
    message: expect.stringMatching(/KUBERNETES_SERVICE_HOST.*api_server or kubeconfig_file/),
  });
});
