import { createHash } from 'node:crypto';
import { analysisVersion } from '../analysis/index.ts';
import { type DeclaredField, FIELDS } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';

/** Raised whenever the same mail would give other tokens, keywords or ids: analysis, parsing, document building. */
const DOCUMENT_FORMAT = 1;
/** No field's mark, and no site's. */
const HOOK_MARK = 'hook';

/**
 * What a generation was built with, kept in it: a hash of how documents are made, then the declared fields. A generation with
 * another fingerprint than today's must be rebuilt before it can be updated.
 */
export function documentFingerprint(declared: readonly DeclaredField[]): string {
  const columns = Object.entries(FIELDS).map(([name, { text, keyword }]) => [name, text, keyword]);
  const limits = [LIMITS.tokensPerMessage, LIMITS.tokenLength, LIMITS.keywordBytes];
  const hash = createHash('sha256')
    .update(
      JSON.stringify([DOCUMENT_FORMAT, analysisVersion(process.versions['unicode'] ?? ''), columns, limits]),
    )
    .digest('hex');
  return [hash.slice(0, 16), ...declared.map(fieldMark).sort()].join(' ');
}

/** What a message's id depends on besides the message: with another mark the sources must be read anew. */
export function identityMark(declared: readonly DeclaredField[]): string {
  const headers = new Set(declared.map(({ header }) => header.toLowerCase()));
  return [DOCUMENT_FORMAT, ...[...headers].sort()].join(' ');
}

/**
 * The fingerprint of a generation that is fed from a catalog: numbers of one log mean nothing in another.
 * @param hooked documents pass a hook; what that does nobody can tell
 */
export function generationFingerprint(
  declared: readonly DeclaredField[],
  site: string,
  hooked = false,
): string {
  return [documentFingerprint(declared), siteMark(site), ...(hooked ? [HOOK_MARK] : [])].join(' ');
}

/** Whether documents passed a hook on their way into a generation. */
export function isHooked(built: string): boolean {
  return built.split(' ').includes(HOOK_MARK);
}

/** Whether a generation was fed from this catalog. */
export function isOfSite(built: string, site: string): boolean {
  return built.split(' ').includes(siteMark(site));
}

/** How a generation differs from what queries and new documents need today. */
export function compareFingerprint(
  built: string,
  declared: readonly DeclaredField[],
): { readonly sameAnalysis: boolean; readonly missingFields: readonly string[] } {
  const marks = built.split(' ');
  return {
    sameAnalysis: marks[0] === documentFingerprint([]),
    missingFields: declared.filter((field) => !marks.includes(fieldMark(field))).map(({ name }) => name),
  };
}

/** No field's mark: those have two colons. */
function siteMark(site: string): string {
  return `catalog=${site}`;
}

/** What a field weighs is no part of it: that is asked for anew with every search. */
function fieldMark({ name, header, kind, stored = false }: DeclaredField): string {
  return `${name}:${header.toLowerCase()}:${kind}${stored ? ':stored' : ''}`;
}
