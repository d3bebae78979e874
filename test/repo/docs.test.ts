import { posix } from 'node:path';
import { type ErrorCode, HayrickError } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { fieldsPage, limitsPage } from './generated-pages.ts';
import { readText, repositoryFiles } from './tree.ts';

const PAGES = repositoryFiles().filter(
  (path) => path.endsWith('.md') && !/(?:^|\/)(?:templates|sample|expected)\//.test(path),
);

it('docs/limits.md is made from limits.ts', async () => {
  await expect(limitsPage()).toMatchFileSnapshot('../../docs/limits.md');
});

it('docs/fields.md is made from the field table', async () => {
  await expect(fieldsPage()).toMatchFileSnapshot('../../docs/fields.md');
});

it('docs/errors.md tells every error code with its exit status, and no other', () => {
  const table = /const KINDS = \{([\s\S]*?)\}/.exec(readText('packages/core/src/errors.ts'))?.[1] ?? '';
  const codes = [...table.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1] as ErrorCode);
  expect(codes.length).toBeGreaterThan(20);
  const status = { usage: '2', absent: '1', failed: '3' } as const;
  const expected = codes.map((code) => [code, status[new HayrickError(code, '').kind]]);
  const rows = [...readText('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| (\d) \| (.+) \| (.+) \|$/gm)];
  expect(rows.map(([, code, exit]) => [code, exit]).toSorted()).toEqual(expected.toSorted());
});

it('ARCHITECTURE.md has fewer than 200 lines', () => {
  expect(readText('ARCHITECTURE.md').split('\n').length - 1).toBeLessThan(200);
});

it('links between pages lead to files and headings that are there', () => {
  const files = new Set(repositoryFiles());
  const isThere = (path: string): boolean =>
    files.has(path) || [...files].some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));
  const broken = PAGES.flatMap((page) =>
    linksOf(readText(page)).flatMap((link) => {
      if (/^[a-z+.-]+:/.test(link)) return [];
      const [path = '', heading] = link.split('#');
      const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), path));
      if (!isThere(target)) return [`${page}: ${link} is not there`];
      if (heading === undefined || !target.endsWith('.md')) return [];
      return headingsOf(readText(target)).includes(heading) ? [] : [`${page}: ${link} names no heading`];
    }),
  );
  expect(broken).toEqual([]);
});

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** As anchors are made of headings: lower case, punctuation dropped, blanks to hyphens. */
function headingsOf(markdown: string): string[] {
  return [...markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
}
