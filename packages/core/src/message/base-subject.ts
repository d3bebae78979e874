export interface BaseSubject {
  /** Empty where there is nothing but marks. */
  readonly text: string;
  /** A mark of a reply or of forwarding was taken off. */
  readonly isReply: boolean;
}

/** Re: as mail programs write it in English, German, Scandinavian, Dutch, Italian, French, Polish and Finnish, also Re[2]: and Re(2):. */
const REPLY = /^(?:re|fwd?|aw|wg|sv|vs|antw|r|rif|ref|odp|tr)\s{0,8}(?:\[\d{1,8}\]|\(\d{1,8}\))?\s{0,8}:\s*/u;
/** A mailing list's tag. */
const TAG = /^\[[^[\]]{0,200}\]\s*/u;
const FORWARDED = /\s*\(fwd\)$/u;

/**
 * What a subject is about: without marks of replies and of forwarding and without tags in brackets at its beginning, blanks as one, lower case.
 * After RFC 5256, section 2.1, with more forms of "Re:". Tags alone are the subject itself.
 */
export function baseSubject(subject: string): BaseSubject {
  let text = subject.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
  let isReply = false;
  for (;;) {
    const before = text;
    text = text.replace(FORWARDED, '').replace(REPLY, '');
    if (text !== before) isReply = true;
    const untagged = text.replace(TAG, '');
    if (untagged !== '' && !REPLY_ALONE.test(untagged)) text = untagged;
    if (text === before) return { text, isReply };
  }
}

const REPLY_ALONE = /^[a-z]{1,4}:$/u;
