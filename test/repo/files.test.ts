import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { withoutComments } from './imports.ts';
import { codeFiles, readText, repositoryFiles } from './tree.ts';

const TYPESCRIPT = codeFiles().filter((path) => /\.m?ts$/.test(path));

it('source files have at most 400 lines, test files 600', () => {
  const long = codeFiles().flatMap((path) => {
    const lines = readText(path).split('\n').length - 1;
    const bound = path.startsWith('test/') || path.endsWith('.test.ts') ? 600 : 400;
    return lines > bound ? [`${path}: ${lines} lines, at most ${bound}`] : [];
  });
  expect(long).toEqual([]);
});

it('the compiler is not silenced', () => {
  const types = /\bas any\b|:\s*any\b|<any>|\bas unknown as\b/;
  const comments = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore/;
  expect(linesWith(TYPESCRIPT, types)).toEqual([]);
  expect(linesWith(TYPESCRIPT, comments, { comments: true })).toEqual([]);
});

it('nothing is promised for later in code and docs', () => {
  const promises = /\b(?:TODO|FIXME|XXX|HACK)\b/;
  const own = TYPESCRIPT.concat(repositoryFiles().filter((path) => /^[^/]+\.md$|^docs\/.*\.md$/.test(path)));
  expect(linesWith(own, promises, { comments: true })).toEqual([]);
});

it('tests do not sleep, and none is run alone', () => {
  const tests = TYPESCRIPT.filter((path) => path.endsWith('.test.ts') || path.startsWith('test/'));
  expect(linesWith(tests, /\b(?:it|test|describe)\.only\(|\bsetTimeout\(\s*(?:resolve|r|done)\b/)).toEqual(
    [],
  );
});

it('modules export by name, one by one', () => {
  const sources = TYPESCRIPT.filter((path) => path.startsWith('packages/') && !path.includes('/templates/'));
  expect(linesWith(sources, /^export \*|^export default\b/)).toEqual([]);
});

it('files are named after what is inside', () => {
  const vague = /^(?:utils?|helpers?|common|misc|manager|service|shared|stuff)(?:\.test)?\.m?ts$/;
  expect(TYPESCRIPT.filter((path) => vague.test(posix.basename(path)))).toEqual([]);
  expect(TYPESCRIPT.filter((path) => !/^[a-z0-9.-]+$/.test(posix.basename(path)))).toEqual([]);
});

it('no file names a path of one machine or the host of a registry', () => {
  const folders = ['work', 'farm', 'root', 'Users'].map((name) => `/${name}/`).join('|');
  const hosts = ['registry\\.npmjs', 'npmmirror', 'verdaccio', 'artifactory', 'localhost:4873'].join('|');
  const pattern = new RegExp(`(?:^|[\\s'"\`(=:])(?:${folders})[\\w.]|${hosts}`);
  const texts = repositoryFiles().filter((path) =>
    /\.(?:m?[jt]s|json|ya?ml|md|txt|sh|toml)$|\/run$|^\.[^/]*$/.test(path),
  );
  const ours = texts.filter((path) => !/^(?:test\/expected|examples\/sample\/mail)\//.test(path));
  expect(linesWith(ours, pattern, { comments: true })).toEqual([]);
});

it('core, backends and catalog print nothing and read no environment by themselves', () => {
  const sources = TYPESCRIPT.filter(
    (path) => /^packages\/(?:core|catalog|backends\/[^/]+)\/src\//.test(path) && !path.endsWith('.test.ts'),
  );
  const found = linesWith(sources, /\bprocess\.(?:env|stdout|stderr|argv|exit)\b|\bconsole\./);
  // Where git and its libraries lie is for the system to say, as it is for every file that is opened.
  const toStartGit =
    /^packages\/core\/src\/source\/git-process\.ts:\d+: for \(const \[name, value\] of Object\.entries/;
  expect(found.filter((line) => !toStartGit.test(line))).toEqual([]);
});

/** `path:line: text` of each line that matches, this file's own patterns apart. Comments of code count only where asked for. */
function linesWith(paths: readonly string[], pattern: RegExp, options = { comments: false }): string[] {
  return paths
    .filter((path) => path !== 'test/repo/files.test.ts')
    .flatMap((path) => {
      const text = readText(path);
      const lines = (options.comments || !/\.m?[jt]s$/.test(path) ? text : keepLines(text)).split('\n');
      return lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : []));
    });
}

/** Without comments, every line where it was. */
function keepLines(source: string): string {
  return withoutComments(source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')));
}
