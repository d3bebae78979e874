import { type Condition, TEXT_FIELDS } from '@hayrick/core/backend';
import type { ConditionWithThreads } from '@hayrick/core/query';
import { matches, type OracleDocument } from '@hayrick/core/testing';

/**
 * How many documents an engine may look at to answer, at most: those that its words (in whatever field), keywords and ids name, each counted as
 * often as it is named; all of them only for what names none, such as a date, a `not` or what goes over stored values. A document that came in
 * several archives or places was written for each of them, and what was written over may still be among an index's candidates.
 */
export function mostExamined(condition: ConditionWithThreads, documents: readonly OracleDocument[]): number {
  const written = (of: readonly OracleDocument[]): number =>
    of.reduce((sum, { archives }) => sum + 2 * archives.length, 0);
  const fields = [...TEXT_FIELDS, ...Object.keys(documents[0]?.text ?? {})];
  const holding = (part: Condition): number => written(documents.filter((one) => matches(part, one)));
  const all = written(documents);
  const most = (part: ConditionWithThreads): number => {
    switch (part.kind) {
      case 'none':
        return 0;
      case 'and':
      case 'or':
        return part.of.reduce((sum, one) => sum + most(one), 0);
      case 'not':
        return all + most(part.of);
      case 'phrase':
        return part.items.reduce((sum, item) => sum + holding({ kind: 'phrase', fields, items: [item] }), 0);
      case 'near':
        return part.tokens.reduce(
          (sum, token) => sum + holding({ kind: 'phrase', fields, items: [{ kind: 'token', token }] }),
          0,
        );
      case 'fuzzy':
        return holding({ ...part, fields });
      case 'keyword':
      case 'keyword-prefix':
      case 'ids':
        return holding(part);
      case 'thread':
        return all + (typeof part.of === 'string' ? 0 : most(part.of));
      case 'regex':
        return 2 * all;
      case 'all':
      case 'range':
      case 'archives':
        return all;
    }
  };
  return most(condition);
}
