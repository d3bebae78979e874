import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Distribution, distributionFolder, findDistribution } from './distribution.ts';
import { fetchDistribution, putInPlace } from './fetch.ts';
import { folderDigest } from './folder-digest.ts';

const FILES = { 'lib/a.jar': 'first', 'lib/b.jar': 'second', 'lib-b': 'beside', 'config/users': '' };

let root = '';
let cache = '';
let folder = '';
let distribution: Distribution;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'hayrick-fetch-'));
  cache = join(root, 'cache/hayrick');
  folder = join(cache, 'elasticsearch-1.2.3');
  mkdirSync(cache, { recursive: true });
  distribution = {
    version: '1.2.3',
    artifact: 'org.example:bundle:7:zip',
    folder: 'bundle-7/elasticsearch',
    sha256: await folderDigest(unpack('published')),
  };
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function unpack(name: string): string {
  const home = join(root, name);
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return home;
}

it('lies in the cache of the user', () => {
  expect(distributionFolder(distribution, { XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe(
    '/c/hayrick/elasticsearch-1.2.3',
  );
  expect(distributionFolder(distribution, { HOME: '/h' })).toBe('/h/.cache/hayrick/elasticsearch-1.2.3');
});

describe('the digest of a folder', () => {
  it('is what sha256sum says of what it says', () => {
    const command = "find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1";
    const said = execFileSync('sh', ['-c', command], { cwd: join(root, 'published'), encoding: 'utf8' });
    expect(distribution.sha256).toBe(said.trim());
  });

  it.each<[string, (home: string) => void]>([
    ['a byte more', (home) => appendFileSync(join(home, 'lib/a.jar'), '.')],
    ['another name', (home) => renameSync(join(home, 'lib/a.jar'), join(home, 'lib/c.jar'))],
    ['one file more', (home) => writeFileSync(join(home, 'config/elasticsearch.yml'), '')],
    ['one file less', (home) => rmSync(join(home, 'config/users'))],
    ['a link more', (home) => symlinkSync('a.jar', join(home, 'lib/c.jar'))],
  ])('changes with %s', async (_, alter) => {
    const home = unpack('other');
    expect(await folderDigest(home)).toBe(distribution.sha256);
    alter(home);
    expect(await folderDigest(home)).not.toBe(distribution.sha256);
  });
});

describe('what was fetched', () => {
  it('comes into place, and is found there', async () => {
    expect(await findDistribution(distribution, folder)).toBe(null);
    await putInPlace(distribution, unpack('new'), folder);
    expect(await findDistribution(distribution, folder)).toBe(folder);
    expect(readdirSync(cache)).toEqual(['elasticsearch-1.2.3']);
  });

  it('is refused where it is not what was published', async () => {
    const altered = unpack('altered');
    appendFileSync(join(altered, 'lib/b.jar'), 'more');
    await expect(putInPlace(distribution, altered, folder)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(
        /^org\.example:bundle:7:zip did not unpack to what was published: SHA-256 [0-9a-f]{64}, expected/u,
      ),
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('is refused once it was altered, and gives way to a good one', async () => {
    await putInPlace(distribution, unpack('new'), folder);
    appendFileSync(join(folder, 'lib/b.jar'), 'more');
    await expect(findDistribution(distribution, folder)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('is not Elasticsearch 1.2.3 as published'),
    });
    await putInPlace(distribution, unpack('newer'), folder);
    expect(await findDistribution(distribution, folder)).toBe(folder);
    expect(readdirSync(cache)).toEqual(['elasticsearch-1.2.3']);
  });

  it('may come several times at once', async () => {
    const homes = ['a', 'b', 'c', 'd'].map(unpack);
    await Promise.all(homes.map((home) => putInPlace(distribution, home, folder)));
    expect(await findDistribution(distribution, folder)).toBe(folder);
    expect(readdirSync(cache)).toEqual(['elasticsearch-1.2.3']);
  });
});

describe('fetching', () => {
  const quiet = { say: () => undefined };
  /** Maven's place on the path, taken by a script: what it does is Maven's own affair and runs for real in continuous integration. */
  function program(name: string, script: string): void {
    mkdirSync(join(root, 'bin'), { recursive: true });
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter));
  }

  it('asks for nothing where it is there', async () => {
    await putInPlace(distribution, unpack('new'), folder);
    program('mvn', 'exit 1');
    expect(await fetchDistribution(distribution, folder, quiet)).toBe(folder);
  });

  it('says that Maven is missing', async () => {
    vi.stubEnv('PATH', join(root, 'empty'));
    await expect(fetchDistribution(distribution, folder, quiet)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message:
        'mvn is needed to fetch Elasticsearch and is not installed. Install Maven (Debian: apt-get install maven).',
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it('repeats what Maven said when it failed, and leaves nothing behind', async () => {
    program('mvn', 'echo "[ERROR] Could not find artifact"; exit 1');
    await expect(fetchDistribution(distribution, folder, quiet)).rejects.toThrow(
      'mvn failed: [ERROR] Could not find artifact',
    );
    program('mvn', 'exit 0');
    await expect(fetchDistribution(distribution, folder, quiet)).rejects.toThrow(
      'Maven left no zip of org.example:bundle:7:zip.',
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  it('unpacks what Maven brought, and keeps that folder alone', async () => {
    unpack('bundle-7/elasticsearch');
    program(
      'mvn',
      'for a; do case $a in -DoutputDirectory=*) echo zip > "$(echo "$a" | cut -d = -f 2)/bundle-7.zip";; esac; done',
    );
    program('unzip', `cp -R "${root}/bundle-7" "$5"`);
    await fetchDistribution(distribution, folder, quiet);
    expect(await findDistribution(distribution, folder)).toBe(folder);
    expect(readdirSync(cache)).toEqual(['elasticsearch-1.2.3']);
  });

  it('removes what a killed fetch left long ago, and nothing else', async () => {
    const [old, recent] = [`${folder}.fetch-old`, `${folder}.fetch-recent`];
    const others = [join(cache, 'elasticsearch-0.9'), recent];
    for (const path of [old, ...others]) mkdirSync(path);
    utimesSync(old, 0, 0);
    utimesSync(join(cache, 'elasticsearch-0.9'), 0, 0);
    program('mvn', 'exit 1');
    await expect(fetchDistribution(distribution, folder, quiet)).rejects.toThrow('mvn failed');
    expect([old, ...others].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it('can be given up', async () => {
    program('mvn', 'exec tail -f /dev/null');
    const ending = new AbortController();
    const fetched = fetchDistribution(distribution, folder, {
      say: () => ending.abort(),
      signal: ending.signal,
    });
    await expect(fetched).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(cache)).toEqual([]);
  });
});
