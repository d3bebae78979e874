import { LIMITS } from '../limits.ts';

/** What stands between angle brackets, blanks taken out, in its order, each once. Everything else is a stranger's prose. */
export function bracketedIds(value: string): string[] {
  const ids = new Set<string>();
  let open = value.indexOf('<');
  while (open !== -1) {
    const close = value.indexOf('>', open);
    if (close === -1) break;
    // The last bracket that opens before one closes.
    const start = value.lastIndexOf('<', close) + 1;
    const id = withoutBlanks(value.slice(start, close));
    if (id !== '') ids.add(id);
    open = value.indexOf('<', close);
  }
  return [...ids];
}

function withoutBlanks(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, '') : text;
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

/** Nothing but ids, blanks and commas. */
const IDS_ALONE = /^(?:[\s,]*<[^<>]*>)*[\s,]*$/;

/**
 * Ids of References, oldest first, then those of In-Reply-To that are not among them. Beyond the limit the newest are kept: threads hang on them.
 * Old mail programs write prose into In-Reply-To (`Message from Ann <ann@example.org> of "Fri, ..." <id@example.org>`): addresses in it are no ids.
 * @param people addresses of the mail, lower case; asked for where there is prose
 */
export function referencesOf(
  references: readonly string[],
  inReplyTo: readonly string[],
  people: () => ReadonlySet<string>,
): { readonly ids: string[]; readonly cut: boolean } {
  const repliedTo = inReplyTo.flatMap((value) => {
    const ids = bracketedIds(value);
    if (IDS_ALONE.test(value)) return ids;
    const addresses = people();
    return ids.filter((id) => !addresses.has(id.toLowerCase()));
  });
  const all = [...new Set([...references.flatMap(bracketedIds), ...repliedTo])];
  const cut = all.length > LIMITS.references;
  return { ids: cut ? all.slice(-LIMITS.references) : all, cut };
}
