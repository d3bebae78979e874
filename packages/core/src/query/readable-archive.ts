import type { PhraseItem } from './condition.ts';

/** An archive the one who asks may read, by the names queries may call it. */
export interface ReadableArchive {
  readonly name: string;
  /** The list's posting address. */
  readonly address: string | null;
  /** The list's List-Id, without brackets. */
  readonly listId: string | null;
  /** The fields of patches are indexed of its messages. Default: they are not. */
  readonly patches?: boolean;
}

/** Names of the archives whose name, posting address or List-Id fits a pattern; `*` stands for anything. In any case. */
export function archivesLike(pattern: string, archives: readonly ReadableArchive[]): readonly string[] {
  const bare = pattern.toLowerCase().replace(/^<(.*)>$/su, '$1');
  return namesWhere(archives, (label) => fitsPattern(bare, label));
}

/**
 * Names of the archives in whose name, posting address or List-Id the items stand one behind the other.
 * @param tokensOf the analyser
 */
export function archivesWithWords(
  items: readonly PhraseItem[],
  archives: readonly ReadableArchive[],
  tokensOf: (label: string) => readonly string[],
): readonly string[] {
  return namesWhere(archives, (label) => {
    const tokens = tokensOf(label);
    return tokens.some((_, start) => items.every((item, offset) => fitsItem(item, tokens[start + offset])));
  });
}

function namesWhere(
  archives: readonly ReadableArchive[],
  test: (label: string) => boolean,
): readonly string[] {
  const labels = ({ name, address, listId }: ReadableArchive): readonly string[] =>
    [name, address, listId].flatMap((label) => (label === null ? [] : [label.toLowerCase()]));
  return archives.filter((archive) => labels(archive).some(test)).map(({ name }) => name);
}

/** Linear in the label: each piece between stars is taken where it first occurs. */
function fitsPattern(pattern: string, label: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return label === pattern;
  if (!label.startsWith(first) || !label.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = label.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= label.length - last.length;
}

function fitsItem(item: PhraseItem, token: string | undefined): boolean {
  if (token === undefined) return false;
  return item.kind === 'token'
    ? token === item.token
    : token.startsWith(item.prefix) || item.stems.includes(token);
}
