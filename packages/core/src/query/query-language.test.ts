import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeclaredField } from '../fields/fields.ts';
import { builtInNames } from './names.ts';
import { parseQuery } from './parse.ts';
import { resolveQuery } from './resolve.ts';

const DOCUMENT = new URL('../../../../docs/query-language.md', import.meta.url);
const MARKED = '⚠';
const FIELDS: readonly DeclaredField[] = [
  { name: 'changeId', header: 'Change-Id', kind: 'keyword' },
  { name: 'votes', header: 'Votes', kind: 'number' },
];
const CONTEXT = {
  fields: FIELDS,
  archives: [{ name: 'linux-ext4', address: 'linux-ext4@vger.kernel.org', listId: null, patches: true }],
  now: 1_600_000_000,
  timeZone: 'UTC',
};

/** The code in the first cells of tables headed "example", and whether the mark stands behind it. */
function examples(markdown: string): readonly (readonly [string, boolean])[] {
  const found: (readonly [string, boolean])[] = [];
  let inTable = false;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) inTable = false;
    else if (line.startsWith('| example')) inTable = true;
    else if (inTable) {
      const [cell = ''] = line.slice(1).split(/(?<!\\)\|/u);
      for (const [, code = '', mark] of cell.matchAll(/`([^`]+)`( ⚠)?/gu)) {
        found.push([code.replaceAll('\\|', '|'), mark?.trim() === MARKED]);
      }
    }
  }
  return found;
}

const markdown = readFileSync(DOCUMENT, 'utf8');

describe('docs/query-language.md', () => {
  const all = examples(markdown);

  it('has examples', () => expect(all.length).toBeGreaterThan(100));

  it.each(all)('%s (with a problem: %s)', (typed, hasProblem) => {
    const parsed = parseQuery(typed);
    const resolved = resolveQuery(parsed.query, CONTEXT);
    const problems = [...parsed.problems, ...resolved.problems].map(({ message }) => message);
    if (hasProblem) expect(problems).not.toEqual([]);
    else expect(problems).toEqual([]);
    expect(resolved.condition.kind === 'none').toBe(typed === '+++');
  });

  it('has an example of every name', () => {
    const fields = new Set(
      all.flatMap(([typed]) => /(?:^|[-\s({])([A-Za-z_]+):/u.exec(typed)?.[1]?.toLowerCase() ?? []),
    );
    expect(builtInNames().filter((name) => !fields.has(name))).toEqual([]);
  });
});
