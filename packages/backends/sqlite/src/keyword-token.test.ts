import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { indexDdl } from './ddl.ts';
import { keywordToken } from './keyword-token.ts';

const db = new Database(':memory:');
db.exec(indexDdl([]));
db.exec("CREATE VIRTUAL TABLE terms USING fts5vocab('keywords', 'row')");
afterAll(() => db.close());
const insert = db.prepare<[string]>('INSERT INTO keywords(rowid, value) VALUES(1, ?)');
const clear = db.prepare('DELETE FROM keywords WHERE rowid = 1');
const terms = db.prepare<[], { term: string }>('SELECT term FROM terms');
const match = db.prepare<[string], { n: number }>(
  'SELECT count(*) AS n FROM keywords WHERE keywords MATCH ?',
);

/** What the real table makes of it. */
function inTable<T>(text: string, ask: () => T): T {
  insert.run(text);
  try {
    return ask();
  } finally {
    clear.run();
  }
}

// Keywords are well-formed text: what mail holds was decoded, what queries hold was typed.
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...' %"\'aA0/:*()^{}-+~.@\\\t\u0000\u007f') }),
);
const field = fc.constantFrom('from', 'to', 'changeId', 'has', 'x');

describe('the token of a keyword', () => {
  it('is one token, as it stands, of the real table', () => {
    fc.assert(
      fc.property(field, value, (name, text) => {
        const token = keywordToken(name, text);
        expect(inTable(token, () => terms.all())).toEqual([{ term: token }]);
      }),
    );
  });

  it('is found by itself and by each of its beginnings, and by no other value', () => {
    fc.assert(
      fc.property(field, value, value, fc.nat(), (name, text, other, at) => {
        const beginning = [...text].slice(0, at % (text.length + 1)).join('');
        inTable(keywordToken(name, text), () => {
          expect(match.get(`"${keywordToken(name, text)}"`)?.n).toBe(1);
          expect(match.get(`"${keywordToken(name, beginning)}" *`)?.n).toBe(1);
          expect(match.get(`"${keywordToken(name, other)}"`)?.n).toBe(other === text ? 1 : 0);
          expect(match.get(`"${keywordToken(name, other)}" *`)?.n).toBe(text.startsWith(other) ? 1 : 0);
        });
      }),
    );
  });

  it('differs for different keywords, of different fields too', () => {
    fc.assert(
      fc.property(field, value, field, value, (f, a, g, b) => {
        expect(keywordToken(f, a) === keywordToken(g, b)).toBe(f === g && a === b);
      }),
    );
  });

  it.each([
    ['from', 'ann@example.org', 'from:ann@example.org'],
    ['has', 'patch', 'has:patch'],
    ['changeId', 'I1a%', 'changeid:%491a%25'],
    ['mid', '内 核', 'mid:内%20核'],
    ['x', '', 'x:'],
  ])('%s %j is %s', (name, text, token) => {
    expect(keywordToken(name, text)).toBe(token);
  });
});

it('every ASCII character that the table keeps is let through, and every other escaped', () => {
  const kept = /KEYWORD_CHARACTERS = '(.*)';/.exec(
    readFileSync(new URL('ddl.ts', import.meta.url), 'utf8'),
  )?.[1];
  const characters = new Set(kept?.replaceAll('\\\\', '\\'));
  for (let code = 0; code < 0x80; code++) {
    const character = String.fromCharCode(code);
    const plain = keywordToken('x', character) === `x:${character}`;
    expect(plain, `character ${code}`).toBe(
      /[a-z0-9]/.test(character) || (characters.has(character) && character !== '%'),
    );
  }
});
