import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseJdk, findJdk, javaMajor } from './jdk.ts';

const found = (...majors: number[]): { home: string; major: number }[] =>
  majors.map((major) => ({ home: `/java/${major}`, major }));

it.each([
  ['none', [], null, null],
  ['only older ones', [8, 17], null, null],
  ['an older one that is preferred', [17, 25], '/java/17', '/java/25'],
  ['a newer one that is preferred', [21, 25], '/java/25', '/java/25'],
  ['one of the very age', [17, 21], null, '/java/21'],
  ['several that fit', [26, 21, 25], null, '/java/21'],
  ['a preferred one that is not there', [25], '/java/21', '/java/25'],
])('chooses among %s', (_, majors, preferred, chosen) => {
  expect(chooseJdk(found(...majors), preferred)?.home ?? null).toBe(chosen);
});

it.each([
  ['25.0.3', 25],
  ['21-ea', 21],
  ['17', 17],
  ['1.8.0_452', 8],
  ['11.0.27+6', 11],
  ['', null],
  ['Temurin', null],
])('reads the version %j', (version, major) => {
  expect(javaMajor(version)).toBe(major);
});

describe('looking for a JDK', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'hayrick-jdk-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A Java that can do nothing but tell its version: on its own, or in the file that most have. */
  function install(name: string, version: string, told: 'release' | 'program'): string {
    const home = join(folder, name);
    const program = join(home, 'bin/java');
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(
      program,
      told === 'program' ? `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n` : '#!/bin/sh\nexit 1\n',
    );
    chmodSync(program, 0o755);
    if (told === 'release')
      writeFileSync(join(home, 'release'), `IMPLEMENTOR="Test"\nJAVA_VERSION="${version}"\n`);
    return home;
  }

  it('finds those of a folder, of the home and of the path, by file and by asking', async () => {
    const common = join(folder, 'common');
    const nowhere = { HOME: folder, PATH: '' };
    const onPath = install('elsewhere/25', '25.0.3', 'program');
    const env = { ...nowhere, PATH: ['', join(folder, 'none'), join(onPath, 'bin')].join(delimiter) };
    expect(await findJdk(env, [common])).toEqual({ home: onPath, major: 25 });

    const mac = install('common/24.jdk/Contents/Home', '24', 'release');
    expect(await findJdk(env, [common])).toEqual({ home: mac, major: 24 });

    const own = install('.sdkman/candidates/java/23', '23.0.1', 'release');
    expect(await findJdk(env, [common])).toEqual({ home: own, major: 23 });

    const plain = install('common/22', '22.0.2', 'program');
    expect(await findJdk(env, [common])).toEqual({ home: plain, major: 22 });

    expect(await findJdk({ ...env, JAVA_HOME: onPath }, [common])).toEqual({ home: onPath, major: 25 });
  });

  it('says what it found where none fits', async () => {
    const old = install('common/17', '17.0.15', 'release');
    install('common/broken', 'unknown', 'program');
    mkdirSync(join(folder, 'common/empty'));
    const env = { HOME: folder, PATH: '', JAVA_HOME: join(folder, 'gone') };
    await expect(findJdk(env, [join(folder, 'common')])).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: `Elasticsearch needs Java 21 or newer; found: Java 17 in ${old}. Install one and set JAVA_HOME to its folder.`,
    });
    await expect(findJdk(env, [])).rejects.toThrow('found: none at all.');
  });
});
