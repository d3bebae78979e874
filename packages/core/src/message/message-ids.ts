import { LIMITS } from '../limits.ts';

/** What stands between angle brackets, blanks taken out, in its order, each once. Everything else is a stranger's prose. */
export function bracketedIds(value: string): string[] {
  const ids = new Set<string>();
  for (const match of value.matchAll(/<([^<>]*)>/g)) {
    const id = (match[1] ?? '').replace(/\s+/g, '');
    if (id !== '') ids.add(id);
  }
  return [...ids];
}

/**
 * The id of a Message-ID header: the first in brackets, else the first word with an `@`, else the first word; null where there is none.
 * An opening or closing bracket that lacks its partner is left off.
 */
export function ownMessageId(value: string): string | null {
  const [bracketed] = bracketedIds(value);
  if (bracketed !== undefined) return bracketed;
  const words = value
    .replace(/[<>]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.find((word) => word.includes('@')) ?? words[0] ?? null;
}

/**
 * Ids of References, oldest first, then those of In-Reply-To that are not among them. Beyond the limit the newest are kept: threads hang on them.
 */
export function referencesOf(
  references: readonly string[],
  inReplyTo: readonly string[],
): { readonly ids: string[]; readonly cut: boolean } {
  const all = [...new Set([...references.flatMap(bracketedIds), ...inReplyTo.flatMap(bracketedIds)])];
  const cut = all.length > LIMITS.references;
  return { ids: cut ? all.slice(-LIMITS.references) : all, cut };
}
