import type { Query } from './query.ts';

/** A tree in one short line, for the tables of the tests: `(and "a" subject:"b"* (not "c"))`. Quoted text is in «». */
export function treeOf(query: Query): string {
  switch (query.kind) {
    case 'all':
      return '*';
    case 'empty':
      return 'empty';
    case 'and':
    case 'or':
      return `(${[query.kind, ...query.of.map(treeOf)].join(' ')})`;
    case 'not':
    case 'thread':
      return `(${query.kind} ${treeOf(query.of)})`;
    case 'regex':
      return `${query.field}:/${query.pattern}/`;
    default: {
      const field = query.field === null ? '' : `${query.field}:`;
      if (query.kind === 'near') return `${field}«${query.text}»~${query.distance}`;
      if (query.kind === 'fuzzy') return `${field}${query.text}~${query.edits}`;
      if (query.kind === 'prefix') return `${field}[${query.text}]*`;
      return field + (query.quoted ? `«${query.text}»` : query.text);
    }
  }
}

/** The tree without places, for comparing. */
export function withoutPlaces(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)));
}
