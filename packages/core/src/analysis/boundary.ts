/** A token that no text and no query yields: phrases cannot cross it. One byte in Latin-1, punctuation to Unicode. */
export const BOUNDARY = '¶';
