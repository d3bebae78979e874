/** One position of a phrase. */
export type PhraseItem =
  | { readonly kind: 'token'; readonly token: string }
  /** Any token that begins with `prefix`, or is one of `stems` (which do not). Only the last item of a phrase may be one. */
  | { readonly kind: 'prefix'; readonly prefix: string; readonly stems: readonly string[] };
