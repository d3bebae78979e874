import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadMember } from '../catalog/thread-catalog.ts';
import { readableThreads } from './readable-threads.ts';

function mail(
  id: string,
  references: readonly string[],
  archives: readonly string[],
  more: Partial<ThreadMember> = {},
): ThreadMember {
  return { id, messageId: id, references, subject: '', date: 0, archives, ...more };
}

function named(
  members: readonly ThreadMember[],
  archives: readonly string[],
  bySubject: readonly string[] = [],
): string[] {
  return readableThreads([members], { archives }, bySubject).map(({ id, members: of }) => {
    expect(id).toBe(of[0]?.id);
    return of.map((member) => `${member.id}${member.archives.join('')}`).join(' ');
  });
}

describe('readableThreads', () => {
  const members = [
    mail('m1', [], ['p']),
    mail('m2', ['m1'], ['q']),
    mail('m3', ['m2'], ['p', 'q']),
    mail('m4', ['gone'], ['p']),
    mail('m5', ['gone', 'm2'], ['p']),
  ];

  it('is all where all is readable', () => {
    expect(named(members, ['p', 'q', 'r'])).toEqual(['m1p m2q m3pq m4p m5p']);
  });

  it('is linked by what may be read, and by what that refers to, alone', () => {
    expect(named(members, ['p'])).toEqual(['m1p', 'm3p m4p m5p']);
    expect(named(members, ['q'])).toEqual(['m2q m3q']);
    expect(named(members, [])).toEqual([]);
  });

  it('splits what nothing links', () => {
    const other = [mail('m1', [], ['p']), mail('m2', ['x'], ['q']), mail('m3', [], ['p'])];
    expect(named(other, ['p'])).toEqual(['m1p', 'm3p']);
  });
});

describe('by subject', () => {
  const hay = { subject: 'Hay' };
  const reply = { subject: 'Re: hay' };

  it('the first messages are linked, those of other archives never', () => {
    const members = [
      mail('m1', [], ['p'], hay),
      mail('m2', [], ['p'], reply),
      mail('m3', ['m2'], ['p'], { subject: 'Straw' }),
      mail('m4', [], ['p'], { subject: 'Straw' }),
      mail('m5', [], ['q'], reply),
      mail('m6', [], ['p', 'q'], reply),
      mail('m7', [], ['r'], reply),
      mail('m8', ['gone'], ['p'], reply),
    ];
    expect(named(members, ['p', 'q', 'r'], ['p', 'r'])).toEqual([
      'm1p m2p m3p m8p',
      'm4p',
      'm5q',
      'm6pq',
      'm7r',
    ]);
    // Who may not read q does not see that it holds m6.
    expect(named(members, ['p', 'r'], ['p', 'r'])).toEqual(['m1p m2p m3p m6p m8p', 'm4p', 'm7r']);
  });

  it('a message of another archive keeps its whole thread apart', () => {
    const members = [
      mail('m1', [], ['p'], hay),
      mail('m2', [], ['p'], reply),
      mail('m3', ['m2'], ['q'], reply),
    ];
    expect(named(members, ['p', 'q'], ['p'])).toEqual(['m1p', 'm2p m3q']);
    expect(named(members, ['p'], ['p'])).toEqual(['m1p m2p']);
  });

  it('nothing is linked by a subject of marks alone', () => {
    expect(named([mail('m1', [], ['p'], { subject: 'Re: ' }), mail('m2', [], ['p'])], ['p'], ['p'])).toEqual([
      'm1p',
      'm2p',
    ]);
  });
});

/** Connected parts, by asking each about each. */
function parts(members: readonly ThreadMember[]): ThreadMember[][] {
  const names = ({ messageId, references }: ThreadMember) => [messageId, ...references];
  const left = [...members];
  const found: ThreadMember[][] = [];
  while (left.length > 0) {
    const part = left.splice(0, 1);
    for (const one of part) {
      const touching = left.filter((two) => names(two).some((name) => names(one).includes(name)));
      for (const two of touching) part.push(...left.splice(left.indexOf(two), 1));
    }
    found.push(part.toSorted((a, b) => Number(a.id) - Number(b.id)));
  }
  return found;
}

it('readable threads are the connected parts of what may be read', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const archives = fc.subarray(['p', 'q', 'r'], { minLength: 1 });
  const mails = fc.array(fc.tuple(id, fc.array(id, { maxLength: 3 }), archives), { maxLength: 9 });
  fc.assert(
    fc.property(mails, fc.subarray(['p', 'q', 'r']), (list, readable) => {
      const members = list.map(([messageId, references, of], i) =>
        mail(`${i}`, references, of, { messageId }),
      );
      const expected = parts(members.filter((member) => member.archives.some((a) => readable.includes(a))));
      const found = readableThreads(parts(members), { archives: readable }, []);
      const ids = (all: readonly (readonly ThreadMember[])[]) =>
        all.map((of) => of.map((member) => member.id).join()).toSorted();
      expect(ids(found.map((thread) => thread.members))).toEqual(ids(expected));
    }),
    { numRuns: 1000 },
  );
});
