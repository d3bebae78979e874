import type { Condition } from '@hayrick/core/backend';
import { describe, expect, it } from 'vitest';
import { type CompileContext, compileCondition } from './compile.ts';
import { WORD_COLUMNS } from './ddl.ts';
import { relevanceStatement } from './relevance.ts';
import { byDateStatement, countStatement, inOrderStatement } from './statements.ts';

const word = (token: string, ...fields: string[]): Condition => ({
  kind: 'phrase',
  fields: fields.length === 0 ? WORD_COLUMNS : fields,
  items: [{ kind: 'token', token }],
});
const from = (value: string): Condition => ({ kind: 'keyword', field: 'from', value });
const dates = (first: number | null, last: number | null): Condition => ({
  kind: 'range',
  field: 'date',
  from: first,
  to: last,
});
const range = (field: string, first: number | null, last: number | null): Condition => ({
  kind: 'range',
  field,
  from: first,
  to: last,
});
const ids = (...of: string[]) => ({ kind: 'ids', ids: of }) as const;
const MANY = ids(...Array.from({ length: 101 }, (_, i) => `a${i}`));
const NAMED = 'SELECT named.row FROM json_each(?) CROSS JOIN doc named ON named.id = unhex(json_each.value)';
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

/** A generation in which a row is ten seconds, every archive has a scope, and what is asked for is common unless it says rare. */
const CONTEXT: CompileContext = {
  scopes: (names) => (names.length === 3 ? 'all' : names.map((_, i) => i + 1)),
  rowsOfDates: (first, last) => ({
    first: first === null ? 1 : Math.ceil(first / 10),
    last: last === null ? 100 : Math.floor(last / 10),
  }),
  countUpTo: ({ params }, limit) => (String(params).includes('rare') ? Math.min(3, limit) : limit),
  hasLate: false,
  part: 'in-order',
  span: null,
  scored: false,
};
const LATE = { ...CONTEXT, hasLate: true };
const count = (condition: Condition, context: CompileContext = CONTEXT) =>
  countStatement(compileCondition(condition, context));

describe('the rows that match are counted', () => {
  it.each<[string, Condition, string, readonly unknown[]]>([
    ['everything', { kind: 'all' }, 'FROM doc WHERE 1', []],
    ['a word', word('a'), 'FROM words WHERE words MATCH ? AND 1', ['"a"']],
    [
      'words and a negation',
      and(word('a'), not(word('b'))),
      'FROM words WHERE words MATCH ? AND 1',
      ['("a" NOT "b")'],
    ],
    ['a keyword', from('x'), 'FROM keywords WHERE keywords MATCH ? AND 1', ['"from:x"']],
    [
      'a common word and a common keyword: by a set',
      and(word('a'), from('x')),
      'FROM words WHERE words MATCH ? AND +words.rowid IN (SELECT rowid FROM keywords WHERE keywords MATCH ?)',
      ['"a"', '"from:x"'],
    ],
    [
      'a common word and a rare keyword: one by one',
      and(word('a'), from('rare')),
      'FROM keywords WHERE keywords MATCH ? AND EXISTS (SELECT 1 FROM words probed WHERE probed.words MATCH ? AND probed.rowid = keywords.rowid)',
      ['"from:rare"', '"a"'],
    ],
    [
      'a rare word and what no table has alone',
      and(word('rare'), or(word('a'), from('x'))),
      'FROM words WHERE words MATCH ? AND (EXISTS (SELECT 1 FROM words probed WHERE probed.words MATCH ? AND probed.rowid = words.rowid) OR EXISTS (SELECT 1 FROM keywords probed WHERE probed.keywords MATCH ? AND probed.rowid = words.rowid))',
      ['"rare"', '"a"', '"from:x"'],
    ],
    [
      'either of two tables: by the rows of both',
      or(word('a'), from('x')),
      'FROM doc WHERE doc.row IN (SELECT rowid FROM words WHERE words MATCH ? UNION SELECT rowid FROM keywords WHERE keywords MATCH ?) AND 1',
      ['"a"', '"from:x"'],
    ],
    [
      'a phrase over both text tables',
      word('a', 'own', 'signature'),
      'FROM doc WHERE doc.row IN (SELECT rowid FROM words WHERE words MATCH ? UNION SELECT rowid FROM aside WHERE aside MATCH ?) AND 1',
      ['{"own"} : "a"', '{"signature"} : "a"'],
    ],
    ['dates: a span of rows', dates(100, 200), 'FROM doc WHERE ROW BETWEEN 10 AND 20', []],
    ['dates with an open end', dates(100, null), 'FROM doc WHERE ROW BETWEEN 10 AND 100', []],
    ['dates twice', and(dates(100, 300), dates(200, null)), 'FROM doc WHERE ROW BETWEEN 20 AND 30', []],
    [
      'a word within dates',
      and(word('a'), dates(100, 200)),
      'FROM words WHERE words MATCH ? AND words.rowid BETWEEN 10 AND 20',
      ['"a"'],
    ],
    [
      'sets are within the dates too',
      and(word('a'), from('x'), dates(100, 200)),
      'FROM words WHERE words MATCH ? AND (words.rowid BETWEEN 10 AND 20 AND +words.rowid IN (SELECT rowid FROM keywords WHERE keywords MATCH ? AND rowid BETWEEN 10 AND 20))',
      ['"a"', '"from:x"'],
    ],
    [
      'a negation',
      not(word('a')),
      'FROM doc WHERE NOT (ROW IN (SELECT rowid FROM words WHERE words MATCH ?))',
      ['"a"'],
    ],
    ['a common size: filtered', range('size', 5, null), 'FROM doc WHERE +doc.size >= ?', [5]],
    [
      'a word and a size',
      and(word('a'), range('size', 5, 9)),
      'FROM words CROSS JOIN doc ON doc.row = words.rowid WHERE words MATCH ? AND +doc.size >= ? AND +doc.size <= ?',
      ['"a"', 5, 9],
    ],
    [
      'a declared number that few have: by its index',
      range('rare', 5, null),
      'FROM doc WHERE doc.row IN (SELECT row FROM number WHERE field = ? AND value >= ?) AND 1',
      ['rare', 5],
    ],
    ['ids', ids('a', 'b'), `FROM doc WHERE doc.row IN (${NAMED}) AND 1`, ['["a","b"]']],
    ['no ids of some', not(ids('a')), `FROM doc WHERE NOT (ROW IN (${NAMED}))`, ['["a"]']],
    [
      'few ids and a common word: the word is looked up for each',
      and(word('a'), ids('a', 'b')),
      `FROM doc WHERE doc.row IN (${NAMED}) AND EXISTS (SELECT 1 FROM words probed WHERE probed.words MATCH ? AND probed.rowid = ROW)`,
      ['["a","b"]', '"a"'],
    ],
    [
      'as many ids and a rare word, beside another: the word is looked for',
      and(word('rare'), from('x'), ids('a', 'b', 'c')),
      `FROM words WHERE words MATCH ? AND (EXISTS (SELECT 1 FROM keywords probed WHERE probed.keywords MATCH ? AND probed.rowid = words.rowid) AND +words.rowid IN (${NAMED}))`,
      ['"rare"', '"from:x"', '["a","b","c"]'],
    ],
    [
      'many ids and a common word: by a set',
      and(word('a'), MANY),
      `FROM words WHERE words MATCH ? AND +words.rowid IN (${NAMED})`,
      ['"a"', JSON.stringify(MANY.ids)],
    ],
    [
      'many ids and what few have: those are looked through',
      and(MANY, range('rare', 5, null)),
      `FROM doc WHERE doc.row IN (${NAMED}) AND +ROW IN (SELECT row FROM number WHERE field = ? AND value >= ?)`,
      [JSON.stringify(MANY.ids), 'rare', 5],
    ],
    ['archives', { kind: 'archives', names: ['a', 'b'] }, 'FROM doc WHERE doc.scope IN (1,2)', []],
    ['all archives', { kind: 'archives', names: ['a', 'b', 'c'] }, 'FROM doc WHERE 1', []],
  ])('%s', (_, condition, sql, params) => {
    const statement = count(condition);
    expect(statement.sql).toBe(`SELECT count(*) AS n ${sql.replaceAll('ROW', 'doc.row')}`);
    expect(statement.params).toEqual(params);
  });

  it.each<[string, Condition]>([
    ['nothing', { kind: 'none' }],
    ['no archive', { kind: 'archives', names: [] }],
    ['a word in no archive', and(word('a'), { kind: 'archives', names: [] })],
    ['dates that no row has', dates(205, 209)],
    ['dates that exclude one another', and(word('a'), dates(100, 200), dates(300, null))],
    ['an empty or', or()],
  ])('%s: the tables are not asked', (_, condition) => {
    expect(compileCondition(condition, CONTEXT)).toMatchObject({ nothing: true, looks: [] });
    expect(count(condition)).toEqual({ sql: 'SELECT 0 AS n', params: [] });
  });

  it.each<Condition>([{ kind: 'fuzzy', fields: ['own'], token: 'abcd', edits: 1 }])(
    '$kind is refused',
    (condition) => {
      expect(() => count(condition)).toThrow(expect.objectContaining({ code: 'QUERY_UNSUPPORTED' }));
    },
  );
});

describe('where some arrived late', () => {
  const condition = and(word('a'), dates(100, 200));

  it('those in order are told by their rows', () => {
    expect(count(condition, LATE)).toEqual({
      sql: 'SELECT count(*) AS n FROM words WHERE words MATCH ? AND (words.rowid BETWEEN 10 AND 20 AND words.rowid NOT IN (SELECT row FROM late))',
      params: ['"a"'],
    });
  });

  it('the late ones by their dates, in the rows where they are', () => {
    const late = { ...LATE, part: 'late', span: { first: 90, last: 120 } } as const;
    expect(count(condition, late)).toEqual({
      sql: 'SELECT count(*) AS n FROM words WHERE words MATCH ? AND (words.rowid BETWEEN 90 AND 120 AND +words.rowid IN (SELECT row FROM late WHERE date >= ? AND date <= ?) AND +words.rowid IN (SELECT row FROM late))',
      params: ['"a"', 100, 200],
    });
  });

  it('both together either way', () => {
    expect(count(condition, { ...LATE, part: 'both' })).toEqual({
      sql: 'SELECT count(*) AS n FROM words WHERE words MATCH ? AND ((words.rowid BETWEEN 10 AND 20 AND words.rowid NOT IN (SELECT row FROM late)) OR +words.rowid IN (SELECT row FROM late WHERE date >= ? AND date <= ?))',
      params: ['"a"', 100, 200],
    });
  });
});

describe('pages', () => {
  it('in the order of rows, behind a row', () => {
    const compiled = compileCondition(word('a'), { ...CONTEXT, span: { first: 1, last: 41 } });
    expect(inOrderStatement(compiled, true)).toEqual({
      sql: 'SELECT doc.date, doc.id FROM words CROSS JOIN doc ON doc.row = words.rowid WHERE words MATCH ? AND words.rowid BETWEEN 1 AND 41 ORDER BY words.rowid DESC',
      params: ['"a"'],
    });
    expect(inOrderStatement(compileCondition({ kind: 'all' }, CONTEXT), false).sql).toBe(
      'SELECT doc.date, doc.id FROM doc WHERE 1 ORDER BY doc.row ASC',
    );
  });

  it('by date, behind a date', () => {
    const compiled = compileCondition({ kind: 'all' }, { ...LATE, part: 'late' });
    expect(byDateStatement(compiled, { newestFirst: true, fromDate: 7 })).toEqual({
      sql: 'SELECT doc.date, doc.id FROM doc WHERE doc.row IN (SELECT row FROM late) AND doc.date <= ? ORDER BY doc.date DESC',
      params: [7],
    });
    expect(byDateStatement(compiled, { newestFirst: false, fromDate: null }).params).toEqual([]);
  });

  it.each<[string, Condition, RegExp, readonly unknown[]]>([
    [
      'words rank even where a keyword is rarer',
      and(word('a'), from('rare')),
      /^SELECT .*bm25.* FROM words /s,
      ['"a"', '"from:rare"'],
    ],
    [
      'words beside something else',
      or(word('a'), from('x')),
      /^WITH scored.* MATERIALIZED /,
      ['"a"', '"a"', '"from:x"'],
    ],
    ['no words', from('x'), /0\.0 AS score FROM keywords/, ['"from:x"']],
    ['a negated word does not count', and(from('x'), not(word('a'))), /0\.0 AS score/, ['"from:x"', '"a"']],
  ])('by relevance: %s', (_, condition, sql, params) => {
    const compiled = compileCondition(condition, { ...CONTEXT, scored: true });
    const statement = relevanceStatement(
      compiled,
      condition,
      { limit: 20, offset: 40 },
      { scoring: undefined, declared: [], boosts: [] },
    );
    expect(statement.sql).toMatch(sql);
    expect(statement.sql).toMatch(/ORDER BY score DESC, doc\.id ASC LIMIT \? OFFSET \?$/);
    expect(statement.params).toEqual([...params, 20, 40]);
  });
});

it('tells every part of the index that is looked at', () => {
  const looks = (condition: Condition) =>
    compileCondition(condition, CONTEXT).looks.map((look) => look.params);
  expect(looks(word('a'))).toEqual([['"a"']]);
  expect(looks(and(word('a'), from('x')))).toEqual([['"a"'], ['"from:x"']]);
  expect(looks(and(word('a'), from('rare')))).toEqual([['"from:rare"'], ['"from:rare"']]);
  expect(looks(or(word('a'), from('x')))).toEqual([['"a"'], ['"from:x"']]);
  expect(looks(not(word('a')))).toEqual([[], ['"a"']]);
});
