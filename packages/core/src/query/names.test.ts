import { describe, expect, it } from 'vitest';
import { type DeclaredField, FIELDS } from '../fields/fields.ts';
import { builtInNames, meaningOf, nearestName, regexField } from './names.ts';

const DECLARED: readonly DeclaredField[] = [{ name: 'changeId', header: 'Change-Id', kind: 'keyword' }];

describe('names of the query language', () => {
  it('are the fields of the table, their aliases and the combined ones, each once', () => {
    const names = builtInNames();
    expect(new Set(names).size).toBe(names.length);
    for (const [name, { aliases }] of Object.entries(FIELDS)) {
      for (const known of [name, ...aliases]) expect(names).toContain(known);
    }
  });

  it('are known in any case', () => {
    for (const name of builtInNames()) {
      expect(meaningOf(name.toUpperCase(), [])).toEqual(meaningOf(name, []));
      expect(meaningOf(name, [])).not.toBeNull();
    }
    expect(meaningOf('CHANGEID', DECLARED)).toEqual({ kind: 'keyword', field: 'changeId', mode: 'lower' });
  });

  it.each(['', 'foo', 'constructor', '__proto__', 'toString'])('do not hold %j', (name) => {
    expect(meaningOf(name, DECLARED)).toBeNull();
    expect(regexField(name)).toBeNull();
  });

  it.each([
    ['subjct', 'subject'],
    ['form', 'from'],
    ['atachment', 'attachment'],
    ['changid', 'changeId'],
    ['olderthan', 'older_than'],
    ['xyzzyxyzzy', null],
  ])('the one nearest to %s is %s', (name, near) => expect(nearestName(name, DECLARED)).toBe(near));
});
