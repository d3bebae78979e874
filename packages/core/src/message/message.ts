import type { Flag } from '../fields/fields.ts';

export interface Address {
  /** Decoded display name, the empty string where there is none. */
  readonly name: string;
  /** As written, without angle brackets; may be anything a broken header holds. */
  readonly address: string;
}

/** Something about a mail that could not be read as it stands. It never stops a run. */
export interface MessageProblem {
  /** Stable, kebab-case: 'date-unreadable', 'charset-unknown', 'parts-too-deep', … (docs/mail-quirks.md lists them). */
  readonly code: string;
  readonly detail: string;
}

/** A run of lines of one body part, UTF-8, in their order. Quote marks are left in: they hold no token. */
export interface TextRun {
  readonly kind: 'own' | 'quoted' | 'signature' | 'attached';
  readonly bytes: Uint8Array;
}

/** A file that a message carries. */
export interface Attachment {
  /** Decoded; the empty string where it has none. */
  readonly filename: string;
  readonly type: string;
  /** Decoded. */
  readonly bytes: number;
}

/** What the sender's copy says, the same wherever the message lies; what the message's id is made from. */
export interface Identity {
  /** 32 lower-case hex digits. */
  readonly id: string;
  /** Without brackets; `HASH@missing.invalid` where the mail has none. */
  readonly messageId: string;
  readonly subject: string;
  readonly from: readonly Address[];
  /** Unix seconds of the Date header, or null where it cannot be read. */
  readonly dateHeader: number | null;
  /** Unix seconds of the topmost Received that parses, or null. */
  readonly receivedHeader: number | null;
  /** Message-IDs without brackets, oldest first, of References, then those of In-Reply-To that are not among them. */
  readonly references: readonly string[];
  readonly filenames: readonly string[];
  readonly problems: readonly MessageProblem[];
}

/** A whole parsed message. */
export interface Message extends Identity {
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  /** Lower-case content types of all parts, multiparts included, each once. */
  readonly mime: readonly string[];
  readonly flags: readonly Flag[];
  /** Text in reading order; HTML already turned into text; junk and list footers left out. */
  readonly text: readonly TextRun[];
  /** UTF-8 text of the parts in which a diff stands outside of quotes: all of each part, format=flowed undone. */
  readonly patches: readonly Uint8Array[];
  /** Values of declared headers, decoded, by lower-case header name. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}
