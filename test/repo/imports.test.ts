import { expect, it } from 'vitest';
import { importsOf } from './imports.ts';

it.each<[string, string[]]>([
  ["import { a } from './a.ts';", ['./a.ts']],
  ["import type {\n  A,\n  B,\n} from './a.ts';", ['./a.ts']],
  ["import './a.ts';", ['./a.ts']],
  ["export { a } from './a.ts';\nexport type { B } from './b.ts';", ['./a.ts', './b.ts']],
  ["const a = await import('./a.ts');", ['./a.ts']],
  ["// import { a } from './a.ts';", []],
  ["/* import { a } from './a.ts'; */", []],
  ["const url = 'https://example.org'; import x from 'x';", ['x']],
  ["const worker = import.meta.resolve('./worker.ts');", ['./worker.ts']],
])('finds the imports of %j', (source, expected) => {
  expect(importsOf(source)).toEqual(expected);
});
