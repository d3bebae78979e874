import { HayrickError } from '@hayrick/core';
import { parseQuery, printQuery, simplifyCondition } from '@hayrick/core/query';
import { matches, mayRead } from '@hayrick/core/testing';
import type { Question } from './answers.ts';
import type { WithStoredValues } from './regex-truth.ts';
import { withThreads } from './thread-truth.ts';
import { conditionOf } from './truth.ts';

/**
 * What holds of how a query is read, whatever the engine: printed and read again it means the same, and simplified it finds the same. Null, or what
 * does not hold.
 */
export function checkReading(
  { text, within, reading }: Pick<Question, 'text' | 'within' | 'reading'>,
  documents: readonly WithStoredValues[],
): string | null {
  const meant = conditionOf(text, reading);
  if (!('kind' in meant)) return null;
  const printed = printedOf(text);
  if (printed !== null && JSON.stringify(conditionOf(printed, reading)) !== JSON.stringify(meant))
    return `printed as ${JSON.stringify(printed)} it means something else`;
  const readable = reading.archives.map(({ name }) => name);
  const condition = withThreads(
    meant,
    documents.filter((document) => mayRead(document, readable)),
  );
  const simple = simplifyCondition(condition);
  if (JSON.stringify(simplifyCondition(simple)) !== JSON.stringify(simple))
    return 'simplified twice it changes';
  const differing = documents.find(
    (one) => mayRead(one, within) && matches(condition, one) !== matches(simple, one),
  );
  return differing === undefined ? null : `simplified it differs on ${differing.id}`;
}

/** Null where operators written out make it too long, or nothing is left of it. */
function printedOf(text: string): string | null {
  const printed = printQuery(parseQuery(text).query);
  if (printed === '') return null;
  try {
    parseQuery(printed);
    return printed;
  } catch (error) {
    if (error instanceof HayrickError) return null;
    throw error;
  }
}
