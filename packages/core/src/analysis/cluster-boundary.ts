import { CLASS } from './character-class.ts';

/** Between two consonants of Khmer or Myanmar: nothing yet, a consonant before, a consonant and a linker before. */
export type LinkState = 0 | 1 | 2;

/**
 * Whether a grapheme cluster begins at a character of class `next` behind one of class `before`, inside a run of scripts without
 * blanks: rules GB6 to GB9c of UAX #29, of which the rest cannot come up there.
 */
export function beginsCluster(before: number, next: number, link: LinkState): boolean {
  switch (next) {
    case CLASS.extend:
    case CLASS.linker:
    case CLASS.spacing:
      return false;
    case CLASS.consonant:
      return link !== 2;
    case CLASS.hangulL:
    case CLASS.hangulLV:
    case CLASS.hangulLVT:
      return before !== CLASS.hangulL;
    case CLASS.hangulV:
      return before !== CLASS.hangulL && before !== CLASS.hangulV && before !== CLASS.hangulLV;
    case CLASS.hangulT:
      return before < CLASS.hangulV || before > CLASS.hangulLVT;
    default:
      return true;
  }
}

/** The state behind a character of class `next`. */
export function nextLink(link: LinkState, next: number): LinkState {
  if (next === CLASS.consonant) return 1;
  if (next === CLASS.extend) return link;
  return next === CLASS.linker && link > 0 ? 2 : 0;
}
