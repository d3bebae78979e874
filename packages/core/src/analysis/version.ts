/** Raised with every change of the rules by which text becomes tokens or keywords. */
const RULES = 1;

/**
 * What the tokens of a generation depend on beside the text: a generation of another version must be built anew.
 * @param unicode of the running Node (`process.versions.unicode`), whose tables the rules use
 */
export function analysisVersion(unicode: string): string {
  return `${RULES}-unicode-${unicode}`;
}
