// A certificate that vouches for itself, made by openssl, in a folder of its own.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  remove(): Promise<void>;
}

export async function createCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-certificate-'));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...made], {
    cwd: folder,
    stdio: 'ignore',
  });
  return {
    certFile: join(folder, 'cert.pem'),
    keyFile: join(folder, 'key.pem'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
