import { createExactAnalyzer } from '@hayrick/core/analysis';
import { BOUNDARY, createDocumentBuilder } from '@hayrick/core/document';
import { type Address, chooseDates, type Message, parseMessage } from '@hayrick/core/message';
import { oracleDocument } from '@hayrick/core/testing';
import { describe, expect, it } from 'vitest';
import { type Expectation, type ExpectedAddress, readCases } from './cases.ts';
import { holdsSequence, rendered, stated, type Values } from './values.ts';

/** Each field's values as one of the ways to a document yields them. */
type Document = Readonly<Record<string, Values>>;

const buildDocument = createDocumentBuilder([]);
const WAYS: readonly (readonly [string, (message: Message) => Document])[] = [
  ['indexed', indexed],
  ['analysed by the exact form alone', analysedExactly],
  ['judged by the oracle', judged],
];
const MADE_ID = /^[0-9a-f]{32,}@missing\.invalid$/;

describe.each(readCases().map((one) => [one.name, one] as const))('%s', (_, { raw, expected }) => {
  const message = parseMessage(raw);

  it('has the fields that were expected', () => {
    expect(factsOf(message, expected)).toEqual(expectedFacts(expected));
  });

  it.each(WAYS)('has the tokens that were expected when %s', (_way, toDocument) => {
    const document = toDocument(message);
    // Message-IDs repeat the names of the cases.
    const all = Object.entries(document).flatMap(([field, values]) => (field === 'mid' ? [] : values));
    const body = ['own', 'quoted', 'attached'].flatMap((field) => document[field] ?? []);
    for (const [field, values] of Object.entries(expected.tokens)) {
      expect(`${field}: ${rendered(document[field] ?? [], values)}`).toBe(`${field}: ${stated(values)}`);
    }
    const missing = [
      ...Object.entries(expected.holds ?? {}).flatMap(([field, sequences]) =>
        sequences.filter((sequence) => !holdsSequence(document[field] ?? [], sequence.split(' '))),
      ),
      ...(expected.anywhere ?? []).filter((sequence) => !holdsSequence(body, sequence.split(' '))),
    ];
    expect(missing).toEqual([]);
    expect((expected.notTokens ?? []).filter((token) => holdsSequence(all, [token]))).toEqual([]);
  });
});

function indexed(message: Message): Document {
  const { document } = buildDocument(message, { archives: [], date: 0, received: 0, size: 0 });
  return Object.fromEntries(
    Object.entries(document.text).map(([field, text]) => [
      field,
      text.split(` ${BOUNDARY} `).map((value) => value.split(' ')),
    ]),
  );
}

function analysedExactly(message: Message): Document {
  const analyzer = createExactAnalyzer();
  const tokensOf = (text: Uint8Array): string[] => {
    analyzer.begin(Number.MAX_SAFE_INTEGER);
    analyzer.add(text);
    return analyzer
      .end()
      .split(' ')
      .filter((token) => token !== '');
  };
  const strings = (values: readonly string[]): Values => values.map((value) => tokensOf(Buffer.from(value)));
  const names = (list: readonly Address[]): Values =>
    strings(list.flatMap(({ name, address }) => [name, address]));
  const runs = (kind: string): Values =>
    message.text.filter((run) => run.kind === kind).map((run) => tokensOf(run.bytes));
  return {
    subject: strings([message.subject]),
    from: names(message.from),
    to: names(message.to),
    cc: names(message.cc),
    filename: strings(message.filenames),
    own: runs('own'),
    quoted: runs('quoted'),
    attached: runs('attached'),
    signature: runs('signature'),
  };
}

function judged(message: Message): Document {
  return oracleDocument(message, { archives: [], received: 0, size: 0 }).text;
}

/** What the message says of the keys that the expectation states, in the expectation's form. */
function factsOf(message: Message, expected: Expectation): Record<string, unknown> {
  const dates = chooseDates({ ...message, placeDate: null });
  const facts: Readonly<Record<string, unknown>> = {
    messageId: expected.messageId === null && MADE_ID.test(message.messageId) ? null : message.messageId,
    subject: message.subject,
    from: addresses(message.from, expected.from),
    to: addresses(message.to, expected.to),
    cc: addresses(message.cc, expected.cc),
    bcc: addresses(message.bcc, expected.bcc),
    dateHeader: iso(message.dateHeader),
    receivedHeader: iso(message.receivedHeader),
    date: iso(dates.date),
    received: iso(dates.received),
    references: message.references,
    filenames: message.filenames,
    mime: [...message.mime].sort(),
    flags: [...message.flags].sort(),
  };
  return Object.fromEntries(Object.entries(facts).filter(([key]) => key in expected));
}

function expectedFacts(expected: Expectation): Record<string, unknown> {
  const { why, note, tokens, holds, anywhere, notTokens, ...facts } = expected;
  return facts;
}

/** Names that the expectation leaves open are left out. */
function addresses(
  found: readonly Address[],
  expected: readonly ExpectedAddress[] | undefined,
): readonly Partial<Address>[] {
  return found.map(({ name, address }, i) => {
    const open = expected?.[i] !== undefined && !('name' in expected[i]);
    return open ? { address } : { name, address };
  });
}

function iso(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
