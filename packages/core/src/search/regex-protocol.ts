/** To the thread: the values of messages, each of which is to be tried until one matches. */
export interface RegexRequest {
  readonly pattern: string;
  readonly values: readonly (readonly string[])[];
}

/** From the thread: the places of the messages that match. */
export type RegexReply =
  | { readonly kind: 'matches'; readonly places: readonly number[] }
  | { readonly kind: 'failed'; readonly message: string };
