import type { Address } from '@hayrick/core';

/** Whom a message is from, in a few words. */
export function senderText(from: readonly Address[]): string {
  const [first] = from;
  if (first === undefined) return '(no sender)';
  const more = from.length > 1 ? ` and ${from.length - 1} more` : '';
  return `${first.name.trim() === '' ? first.address : first.name.trim()}${more}`;
}
