import type { Message } from '@hayrick/core/message';
import type { RegexTerm } from '@hayrick/core/query';
import type { OracleDocument } from '@hayrick/core/testing';

/** A document with what its message has in the fields that regular expressions run over, as it was written. */
export interface WithStoredValues extends OracleDocument {
  readonly stored: Readonly<Record<RegexTerm['field'], readonly string[]>>;
}

export function storedValues({ subject, from, filenames, messageId }: Message): WithStoredValues['stored'] {
  const senders = from.flatMap(({ name, address }) =>
    name === '' ? [address] : [name, address, `${name} <${address}>`],
  );
  return { subject: [subject], from: senders, filename: filenames, mid: [messageId] };
}

/** By the platform's own engine: what is generated means the same to both. */
export function matchesRegex({ field, pattern }: RegexTerm, { stored }: WithStoredValues): boolean {
  const regex = new RegExp(pattern.normalize('NFC'), 'iu');
  return stored[field].some((value) => regex.test(value.normalize('NFC')));
}
