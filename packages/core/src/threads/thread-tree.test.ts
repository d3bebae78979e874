import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadMember } from '../catalog/thread-catalog.ts';
import { type ThreadNode, threadTree } from './thread-tree.ts';

/** A member whose date is its place in the list. */
function mail(
  messageId: string,
  references: readonly string[] = [],
  more: Partial<ThreadMember> = {},
): ThreadMember {
  return { id: messageId, messageId, references, subject: '', date: 0, archives: ['a'], ...more };
}

/** Each node on a line, indented by its depth, in brackets what is missing. */
function drawn(nodes: readonly ThreadNode[]): string[] {
  return nodes.map(
    ({ member, messageId, depth }) =>
      `${'  '.repeat(depth)}${member === null ? `[${messageId}]` : member.id}`,
  );
}

const TREES: readonly (readonly [string, readonly ThreadMember[], readonly string[]])[] = [
  ['one message', [mail('a')], ['a']],
  [
    'replies below what they reply to, by date',
    [mail('a'), mail('b', ['a']), mail('c', ['a']), mail('d', ['a', 'b'])],
    ['a', '  b', '    d', '  c'],
  ],
  ['the last reference as the parent', [mail('a'), mail('b'), mail('c', ['a', 'b'])], ['a', '  b', '    c']],
  ['what is missing', [mail('b', ['a']), mail('c', ['a'])], ['[a]', '  b', '  c']],
  ['a chain of missing ones', [mail('d', ['a', 'b', 'c'])], ['[a]', '  [b]', '    [c]', '      d']],
  ['a missing one between others', [mail('a'), mail('c', ['a', 'b'])], ['a', '  [b]', '    c']],
  [
    'a missing one where its first message would stand',
    [mail('a'), mail('b', ['a', 'x']), mail('c', ['a'])],
    ['a', '  [x]', '    b', '  c'],
  ],
  [
    'a parent that came later than its reply',
    [mail('b', ['a']), mail('c', ['b']), mail('a')],
    ['a', '  b', '    c'],
  ],
  ['a self-reference', [mail('a', ['a']), mail('b', ['a', 'b'])], ['a', '  b']],
  ['two that refer to each other', [mail('a', ['b']), mail('b', ['a'])], ['b', '  a']],
  ['a circle of three', [mail('a', ['c']), mail('b', ['a']), mail('c', ['b'])], ['c', '  a', '    b']],
  ['a circle in one chain', [mail('c', ['a', 'b', 'a'])], ['[a]', '  c']],
  [
    'others where a message says nothing of itself',
    [mail('x'), mail('m'), mail('r', ['x', 'm'])],
    ['x', '  m', '    r'],
  ],
  [
    'a message before others that say something else of it',
    [mail('x'), mail('y'), mail('m', ['y']), mail('r', ['x', 'm'])],
    ['x', 'y', '  m', '    r'],
  ],
  [
    'different mails under one id',
    [mail('a'), mail('t', ['a']), mail('t', ['a'], { id: 't2' }), mail('r', ['a', 't'])],
    ['a', '  t', '    r', '  t2'],
  ],
  ['an empty list', [], []],
];

describe('threadTree', () => {
  it.each(TREES)('shows %s', (_, members, expected) => {
    expect(drawn(threadTree(members, []))).toEqual(expected);
  });

  it('tells of parents by their place', () => {
    const nodes = threadTree([mail('a'), mail('b', ['a']), mail('c', ['a', 'b']), mail('d', ['a'])], []);
    expect(nodes.map(({ parent }) => parent)).toEqual([null, 0, 1, 0]);
  });

  it('hangs replies on the message of their subject where the archive says so', () => {
    const members = [
      mail('a', [], { subject: 'Hay' }),
      mail('b', [], { subject: 'RE: hay ' }),
      mail('c', ['b'], { subject: 'Re: hay' }),
      mail('d', ['gone'], { subject: 'Re[2]: [list] Hay' }),
      mail('e', [], { subject: 'Hay' }),
    ];
    expect(drawn(threadTree(members, ['a']))).toEqual(['a', '  b', '    c', '  [gone]', '    d', 'e']);
    expect(drawn(threadTree(members, []))).toEqual(['a', 'b', '  c', '[gone]', '  d', 'e']);
    const cross = members.map((member) => (member.id === 'c' ? { ...member, archives: ['a', 'b'] } : member));
    expect(drawn(threadTree(cross, ['a']))).toEqual(['a', '  [gone]', '    d', 'b', '  c', 'e']);
  });

  it('bears threads of any depth and length', () => {
    const length = 100_000;
    const names = Array.from({ length }, (_, i) => `m${i}`);
    const chain = names.map((name, i) => mail(name, i === 0 ? [] : [`m${i - 1}`]));
    expect(threadTree(chain, []).at(-1)).toMatchObject({
      messageId: `m${length - 1}`,
      depth: length - 1,
      parent: length - 2,
    });
    expect(threadTree(chain.toReversed(), []).at(-1)).toMatchObject({
      messageId: `m${length - 1}`,
      depth: length - 1,
    });
    const gaps = names.map((name, i) => mail(name, [`g${i}`, `g${i + 1}`]));
    expect(threadTree(gaps, []).length).toBe(2 * length + 1);
    const wide = names.map((name, i) => mail(name, i === 0 ? [] : ['m0']));
    expect(threadTree(wide, []).at(-1)).toMatchObject({ messageId: `m${length - 1}`, depth: 1 });
    const circle = names.map((name, i) => mail(name, [`m${(i + 1) % length}`]));
    expect(threadTree(circle, [])[0]).toMatchObject({ messageId: `m${length - 1}` });
  });
});

/** The same in a few lines, walking up for every link: parents by node, members first. */
function plainTree(members: readonly ThreadMember[]): (readonly [string, boolean, number])[] {
  interface Plain {
    readonly messageId: string;
    readonly rank: number | null;
    parent: Plain | null;
    readonly children: Plain[];
  }
  const all: Plain[] = members.map(({ messageId }, rank) => ({
    messageId,
    rank,
    parent: null,
    children: [],
  }));
  const named = (messageId: string): Plain => {
    const known = all.find((node) => node.messageId === messageId);
    if (known !== undefined) return known;
    const node: Plain = { messageId, rank: null, parent: null, children: [] };
    all.push(node);
    return node;
  };
  const link = (parent: Plain, child: Plain): void => {
    if (child.parent !== null) return;
    for (let at: Plain | null = parent; at !== null; at = at.parent) if (at === child) return;
    child.parent = parent;
    parent.children.push(child);
  };
  const chain = ({ messageId, references }: ThreadMember): readonly Plain[] =>
    references.filter((id) => id !== messageId).map(named);
  for (const [i, member] of members.entries()) {
    const parent = chain(member).at(-1);
    const own = all[i];
    if (parent !== undefined && own !== undefined) link(parent, own);
  }
  for (const member of members) {
    const nodes = chain(member);
    for (const [i, node] of nodes.entries()) {
      const before = nodes[i - 1];
      if (before !== undefined) link(before, node);
    }
  }
  const first = (node: Plain): number => Math.min(node.rank ?? Infinity, ...node.children.map(first));
  const rank = (node: Plain): number => node.rank ?? first(node);
  const below = (nodes: readonly Plain[], depth: number): (readonly [string, boolean, number])[] =>
    nodes
      .filter((node) => first(node) < Infinity)
      .toSorted((a, b) => rank(a) - rank(b))
      .flatMap((node) => [
        [node.messageId, node.rank === null, depth] as const,
        ...below(node.children, depth + 1),
      ]);
  return below(
    all.filter(({ parent }) => parent === null),
    0,
  );
}

it('equals the plain algorithm', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const members = fc.array(fc.tuple(id, fc.uniqueArray(id, { maxLength: 4 })), { maxLength: 9 });
  fc.assert(
    fc.property(members, (pairs) => {
      const mails = pairs.map(([messageId, references], i) => mail(messageId, references, { id: `${i}` }));
      const nodes = threadTree(mails, []);
      expect(nodes.map(({ messageId, member, depth }) => [messageId, member === null, depth])).toEqual(
        plainTree(mails),
      );
      expect(nodes.flatMap(({ member }) => member?.id ?? []).toSorted()).toEqual(
        mails.map((m) => m.id).toSorted(),
      );
      for (const [i, { parent, depth }] of nodes.entries()) {
        if (parent === null) expect(depth).toBe(0);
        else {
          expect(parent).toBeLessThan(i);
          expect(depth).toBe((nodes[parent]?.depth ?? 0) + 1);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
