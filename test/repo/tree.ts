import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT: URL = new URL('../../', import.meta.url);

/** Paths from the repository's root of all files that git keeps or would keep. */
export function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: fileURLToPath(ROOT),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split('\0').filter((path) => path !== '' && existsSync(new URL(encodePath(path), ROOT)));
}

export function readText(path: string): string {
  return readFileSync(new URL(encodePath(path), ROOT), 'utf8');
}

/** TypeScript and JavaScript of the project: packages, tests, benches, examples and what lies at the root. */
export function codeFiles(): string[] {
  return repositoryFiles().filter((path) => /\.(?:ts|mts|js|mjs)$/.test(path));
}

export interface PackageJson {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** From the repository's root, with a slash at its end; empty for the root. */
  readonly folder: string;
  readonly json: PackageJson;
}

export function packages(): Package[] {
  return repositoryFiles()
    .filter((path) => /(?:^|\/)package\.json$/.test(path) && !/(?:^|\/)(?:templates|fixtures)\//.test(path))
    .map((path) => ({
      folder: path.slice(0, -'package.json'.length),
      json: JSON.parse(readText(path)) as PackageJson,
    }));
}

/** The packages that are given to the world. */
export function publicPackages(): Package[] {
  return packages().filter(({ json }) => json.private !== true);
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
