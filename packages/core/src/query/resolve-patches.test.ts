import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse.ts';
import { printCondition } from './print-condition.ts';
import type { ReadableArchive } from './readable-archive.ts';
import { resolveQuery } from './resolve.ts';
import { simplifyCondition } from './simplify.ts';

const ext4: ReadableArchive = { name: 'ext4', address: null, listId: null, patches: true };
const xfs: ReadableArchive = { name: 'xfs', address: null, listId: null, patches: true };
const staff: ReadableArchive = { name: 'staff', address: null, listId: null, patches: false };
const ID = '0123456789abcdef0123456789abcdef01234567';

function resolve(typed: string, archives: readonly ReadableArchive[] = [ext4]) {
  const { condition, problems } = resolveQuery(parseQuery(typed).query, {
    fields: [],
    archives,
    now: 0,
    timeZone: 'UTC',
  });
  return {
    condition: printCondition(simplifyCondition(condition)),
    problems: problems.map(({ message }) => message),
  };
}

describe('fields of patches', () => {
  it.each([
    ['dfn:fs/x.c', '(phrase (dfn) "fs" "x" "c")'],
    ['dfb:"return x"', '(phrase (dfb) "return" "x")'],
    ['DFA:goto', '(word (dfa) "goto")'],
    ['dfhh:f dfctx:g', '(and (word (dfhh) "f") (word (dfctx) "g"))'],
    [`patchid:${ID.toUpperCase()}`, `(keyword patchid "${ID}")`],
    ['patchid:0123*', '(keyword patchid "0123"*)'],
    ['dfpre:0123ABC', '(keyword dfpre "0123abc"*)'],
    ['dfpost:0123abc*', '(keyword dfpost "0123abc"*)'],
    ['dfpre:0123abcd', '(or (keyword dfpre "0123abcd"*) (keyword dfpre "0123abc"))'],
    ['dfblob:0123abc', '(or (keyword dfpre "0123abc"*) (keyword dfpost "0123abc"*))'],
  ])('%s', (typed, condition) => expect(resolve(typed)).toEqual({ condition, problems: [] }));

  it('an id in full finds each beginning of it that a patch may have', () => {
    const { condition } = resolve(`dfpost:${ID}`);
    expect(condition.match(/keyword dfpost/g)).toHaveLength(1 + ID.length - 7);
    expect(condition).toContain(`(keyword dfpost "${ID}"*)`);
  });

  it.each(['dfpre:0123ab', 'dfpost:xyz', `dfblob:${'a'.repeat(65)}`, 'dfpre:0123abcz', 'dfpre:0123abc~'])(
    '%s is no id',
    (typed) => {
      const { condition, problems } = resolve(typed);
      expect(problems).toEqual([expect.stringContaining('first 7 hex digits')]);
      expect(condition).toContain('subject');
    },
  );
});

describe('archives', () => {
  it('where all that may be read have patches, none are named', () => {
    expect(resolve('dfn:x', [ext4, xfs]).condition).toBe('(word (dfn) "x")');
  });

  it('else it is looked into those that have them', () => {
    expect(resolve('dfn:x', [xfs, staff, ext4]).condition).toBe(
      '(and (word (dfn) "x") (archives "ext4" "xfs"))',
    );
    expect(resolve('-dfn:x', [staff, ext4]).condition).toBe('(not (and (word (dfn) "x") (archives "ext4")))');
    expect(resolve('dfblob:0123abc', [staff, ext4]).condition).toContain('(archives "ext4")');
    expect(resolve('patchid:0123', [staff, ext4]).condition).toContain('(archives "ext4")');
    expect(resolve('x own:y', [staff, ext4]).condition).not.toContain('archives');
  });

  it.each([[[]], [[staff]], [[{ name: 'old', address: null, listId: null }]]])(
    'where none has them, that is said and nothing found: %j',
    (archives) => {
      const { condition, problems } = resolve('dfn:x', archives);
      expect(condition).toBe('none');
      expect(problems).toEqual([expect.stringContaining('no archive has the setting "patches"')]);
    },
  );
});
