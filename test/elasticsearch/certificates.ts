import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HayrickError } from '@hayrick/core/settings';

/** An authority of a test's own; only its certificate is ever shown. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly file: string;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
}

const DAYS = '2';
const FOR_SERVERS =
  'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n';

/** Makes an authority: `ca.crt` and `ca.key` in `folder`, good for two days. Needs openssl: Node makes keys, but no certificates. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const file = join(folder, 'ca.crt');
  await openssl([
    ...[
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      DAYS,
      '-subj',
      '/CN=Hayrick test authority',
    ],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', join(folder, 'ca.key'), '-out', file],
  ]);
  const certificate = await readFile(file, 'utf8');
  return { certificate, file, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

/** Makes a certificate for servers on the loopback address: `node.crt` and `node.key` in `folder`, signed by the authority there. */
export async function makeServerCertificate(folder: string): Promise<void> {
  const request = join(folder, 'node.csr');
  const extensions = join(folder, 'node.ext');
  await writeFile(extensions, FOR_SERVERS);
  await openssl([
    ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost'],
    ...['-keyout', join(folder, 'node.key'), '-out', request],
  ]);
  await openssl([
    ...['x509', '-req', '-in', request, '-days', DAYS, '-extfile', extensions, '-CAcreateserial'],
    ...['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-out', join(folder, 'node.crt')],
  ]);
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('openssl', args);
  } catch (error) {
    throw new HayrickError(
      'ENGINE_FAILED',
      `openssl is needed to make certificates for a server with security on: ${String(error)}`,
      { cause: error },
    );
  }
}
