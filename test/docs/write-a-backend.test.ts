import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../e2e/command.ts';
import { importsOf } from '../repo/imports.ts';

const FOLDER = `${REPOSITORY}examples/engine-files/`;
const FILES = readdirSync(FOLDER).filter((name) => name !== 'node_modules');
const page = readFileSync(`${REPOSITORY}docs/write-a-backend.md`, 'utf8');
const source = (name: string): string => readFileSync(FOLDER + name, 'utf8');

it('the code on the page is that of the engine, line for line', () => {
  const blocks = [...page.matchAll(/^```ts(.*)\n([\s\S]*?)^```$/gm)];
  expect(blocks.length).toBeGreaterThan(6);
  for (const [, title = '', code = ''] of blocks) {
    expect(FILES).toContain(title.trim());
    expect(source(title.trim()), title).toContain(code);
  }
});

it('the engine has at most 300 lines in all and imports nothing but public entries', () => {
  const lines = FILES.reduce((sum, name) => sum + source(name).split('\n').length - 1, 0);
  expect(lines).toBeLessThanOrEqual(300);
  for (const name of FILES.filter((file) => file.endsWith('.ts'))) {
    const core = name.endsWith('.test.ts') ? '@hayrick/core/testing' : '@hayrick/core/backend';
    for (const imported of importsOf(source(name)).filter((path) => !/^(?:\.\/|node:)/.test(path))) {
      expect(imported, name).toBe(core);
    }
  }
});

it('the page tells every kind of condition, every capability and every option of the suite', () => {
  const core = (path: string): string => readFileSync(`${REPOSITORY}packages/core/src/${path}`, 'utf8');
  const declared = (path: string, name: string): string =>
    new RegExp(`export interface ${name} [\\s\\S]*?\\n}`).exec(core(path))?.[0] ?? '';
  // What stands before is resolved before an engine is asked.
  const [, asked = ''] = core('query/condition.ts').split('type ConditionOf');
  const kinds = [...asked.matchAll(/kind: '([a-z-]+)'/g)].map((match) => match[1]);
  const names = ['Capabilities', 'BackendModule', 'Document'].flatMap((name) => {
    const file = name === 'Document' ? 'document/document.ts' : 'backend/backend.ts';
    return [...declared(file, name).matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm)].map((match) => match[1]);
  });
  const subject = [
    ...declared('testing/conformance/rig.ts', 'Subject').matchAll(/^ {2}readonly (\w+)\??:/gm),
    ...declared('testing/conformance/suite.ts', 'ConformanceSubject').matchAll(/^ {2}readonly (\w+)\??:/gm),
  ].map((match) => match[1]);
  expect([kinds.length, names.length, subject.length]).toEqual([13, 19, 5]);
  for (const name of [...kinds, ...names, ...subject]) expect(page).toMatch(new RegExp(`\\b${name}\\b`));
});
