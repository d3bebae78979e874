import { pathToFileURL } from 'node:url';
import { HayrickError } from '../errors.ts';
import type { Address, Message, TextRun } from '../message/index.ts';
import type { PlaceFacts } from './build.ts';

/** What a hook is told of a message. */
export interface HookMessage {
  readonly id: string;
  readonly messageId: string;
  readonly archives: readonly string[];
  /** Unix seconds. */
  readonly date: number;
  readonly subject: string;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly filenames: readonly string[];
  /** Values of declared fields' headers, by lower-case header name. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Decoded when it is asked for. */
  text(kind: TextRun['kind']): string;
}

/** What is indexed instead. What is not named stays. */
export interface HookChanges {
  readonly subject?: string;
  readonly own?: string;
  readonly quoted?: string;
  readonly signature?: string;
  readonly attached?: string;
  readonly filenames?: readonly string[];
  /** By lower-case header name: values that declared fields are made of. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/** Changes what is indexed of a message, or, with null, leaves it out. Answers at once, and the same for the same message. */
export type DocumentHook = (message: HookMessage) => HookChanges | null | undefined;

const KINDS = ['own', 'quoted', 'signature', 'attached'] as const satisfies readonly TextRun['kind'][];
const KNOWN: readonly string[] = [...KINDS, 'subject', 'filenames', 'headers'];

/**
 * The function `document` that a module exports, or its default export.
 * @param path absolute
 * @throws HayrickError SETTINGS_INVALID
 */
export async function loadHook(path: string): Promise<DocumentHook> {
  let found: Readonly<Record<string, unknown>>;
  try {
    found = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HayrickError('SETTINGS_INVALID', `document: the module ${path} cannot be loaded: ${why}`, {
      cause,
    });
  }
  const hook = found['document'] ?? found['default'];
  if (typeof hook === 'function') return hook as DocumentHook;
  throw new HayrickError('SETTINGS_INVALID', `document: the module ${path} exports no function "document".`);
}

/**
 * The message as it is to be indexed; null: not at all.
 * @throws TypeError for an answer that is none; whatever the hook throws
 */
export function applyHook(hook: DocumentHook, message: Message, facts: PlaceFacts): Message | null {
  const changes: unknown = hook(viewOf(message, facts));
  if (changes === undefined) return message;
  if (changes === null) return null;
  const { subject, filenames, headers, ...texts } = parseChanges(changes);
  const replaced = KINDS.filter((kind) => texts[kind] !== undefined);
  const runs = message.text.filter(({ kind }) => !replaced.includes(kind));
  return {
    ...message,
    subject: subject ?? message.subject,
    filenames: filenames ?? message.filenames,
    headers: { ...message.headers, ...headers },
    text: [...runs, ...replaced.map((kind) => ({ kind, bytes: Buffer.from(texts[kind] ?? '') }))],
  };
}

function viewOf(message: Message, { archives, date }: PlaceFacts): HookMessage {
  const { id, messageId, subject, from, to, cc, filenames, headers } = message;
  return {
    ...{ id, messageId, archives, date, subject, from, to, cc, filenames, headers },
    text: (kind) =>
      message.text
        .filter((run) => run.kind === kind)
        .map(({ bytes }) => new TextDecoder().decode(bytes))
        .join('\n'),
  };
}

/** Where data enters. */
function parseChanges(changes: unknown): HookChanges {
  if (typeof changes !== 'object' || changes === null || 'then' in changes)
    throw new TypeError('the document hook answers changes, null or undefined, and at once');
  for (const [key, value] of Object.entries(changes)) {
    if (!KNOWN.includes(key))
      throw new TypeError(`the document hook changes "${key}", and can change ${KNOWN.join(', ')}`);
    const fits =
      key === 'headers'
        ? typeof value === 'object' && value !== null && Object.values(value).every(isTexts)
        : key === 'filenames'
          ? isTexts(value)
          : typeof value === 'string';
    if (!fits && value !== undefined)
      throw new TypeError(`the document hook gives "${key}" a value of another kind`);
  }
  return changes;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
