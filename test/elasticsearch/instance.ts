import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { chmod, chown, copyFile, cp, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, makeAuthority, makeServerCertificate } from './certificates.ts';

/** Whom the server runs as where the caller is root, which it refuses: nobody, by number on every Unix that matters here. */
const UNPRIVILEGED = 65_534;

export interface InstanceOptions {
  /** The unpacked distribution. */
  readonly home: string;
  readonly secure: boolean;
  readonly name: string;
  readonly httpPort: number;
  readonly transportPort: number;
  /** Lines of elasticsearch.yml after our own; one that names a setting of ours takes its place. */
  readonly settings: readonly string[];
}

export interface Credentials {
  readonly authority: Authority;
  readonly user: string;
  readonly password: string;
}

/** What a server needs on disk: a folder of its own under the temporary one. */
export interface Instance {
  /** All of it; to be removed at the end. */
  readonly directory: string;
  readonly home: string;
  readonly config: string;
  readonly temporary: string;
  /** Null with security off. */
  readonly credentials: Credentials | null;
  /** The user and group to start it as; null: as the caller. */
  readonly runAs: number | null;
}

const USER = 'hayrick';
/** Elasticsearch reads these back from the hash, so fewer rounds than its own default do: the password is random. */
const ROUNDS = 10_000;
const COPIED = [
  'jvm.options',
  'log4j2.properties',
  'roles.yml',
  'role_mapping.yml',
  'users',
  'users_roles',
] as const;

/** Lays out configuration and empty data, logs and temporary folders, with certificates and one superuser where security is on. */
export async function makeInstance(options: InstanceOptions): Promise<Instance> {
  const directory = await mkdtemp(join(tmpdir(), 'hayrick-elasticsearch-'));
  try {
    return await layOut(directory, options);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function layOut(directory: string, options: InstanceOptions): Promise<Instance> {
  const runAs = process.getuid?.() === 0 ? UNPRIVILEGED : null;
  const config = join(directory, 'config');
  const at = (name: string): string => join(directory, name);
  // A root user's cache may be closed to all others; links cost nothing, and nobody cannot write to what they lead to.
  const home = runAs === null ? options.home : await linkFolder(options.home, at('home'));
  for (const name of ['config', 'data', 'logs', 'tmp']) await mkdir(at(name));
  for (const name of COPIED) await copyFile(join(options.home, 'config', name), join(config, name));
  const credentials = options.secure ? await addSecurity(at('authority'), config) : null;
  await writeFile(join(config, 'elasticsearch.yml'), settingsText(directory, options));
  if (runAs !== null) {
    await chmod(directory, 0o711);
    await handOver([config, at('data'), at('logs'), at('tmp')], runAs);
  }
  return { directory, home, config, temporary: at('tmp'), credentials, runAs };
}

/** elasticsearch.yml. Watermarks are off: a developer's disk may well be nine tenths full. */
function settingsText(directory: string, options: InstanceOptions): string {
  const own = [
    'cluster.name: hayrick-test',
    `node.name: ${options.name}`,
    'discovery.type: single-node',
    'network.host: 127.0.0.1',
    `http.port: ${options.httpPort}`,
    `transport.port: ${options.transportPort}`,
    `path.data: ${JSON.stringify(join(directory, 'data'))}`,
    `path.logs: ${JSON.stringify(join(directory, 'logs'))}`,
    'node.store.allow_mmap: false',
    'cluster.routing.allocation.disk.threshold_enabled: false',
    `xpack.security.enabled: ${options.secure}`,
    ...(options.secure
      ? [
          'xpack.security.http.ssl.enabled: true',
          'xpack.security.http.ssl.key: certs/node.key',
          'xpack.security.http.ssl.certificate: certs/node.crt',
          'xpack.security.http.ssl.certificate_authorities: [certs/ca.crt]',
        ]
      : []),
  ];
  const keyOf = (line: string): string => line.split(':', 1)[0] ?? line;
  const given = new Set(options.settings.map(keyOf));
  return `${[...own.filter((line) => !given.has(keyOf(line))), ...options.settings].join('\n')}\n`;
}

/** The user goes into the server's own users file, so neither a keystore nor any of its tools is needed. */
async function addSecurity(authorityFolder: string, config: string): Promise<Credentials> {
  await mkdir(authorityFolder, { mode: 0o700 });
  const authority = await makeAuthority(authorityFolder);
  await makeServerCertificate(authorityFolder);
  await mkdir(join(config, 'certs'));
  for (const name of ['ca.crt', 'node.crt', 'node.key'])
    await copyFile(join(authorityFolder, name), join(config, 'certs', name));
  const password = randomBytes(24).toString('base64url');
  await writeFile(join(config, 'users'), `${USER}:${passwordHash(password)}\n`);
  await writeFile(join(config, 'users_roles'), `superuser:${USER}\n`);
  return { authority, user: USER, password };
}

/** As Elasticsearch writes hashes of its kind `PBKDF2`: HMAC-SHA-512, 32 bytes each of salt and hash. */
function passwordHash(password: string): string {
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha512');
  return `{PBKDF2}${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Hard links where the file system can, copies where it cannot. */
async function linkFolder(from: string, to: string): Promise<string> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else await link(source, target).catch(() => cp(source, target));
  }
  return to;
}

async function handOver(folders: readonly string[], owner: number): Promise<void> {
  for (const folder of folders) {
    await chown(folder, owner, owner);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      await chown(join(entry.parentPath, entry.name), owner, owner);
  }
}
