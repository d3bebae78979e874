import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { analyzeQuery } from '../analysis/index.ts';
import type { PlaceRecord } from '../catalog/catalog.ts';
import { identify, scanMessage } from '../message/index.ts';
import type { SnippetRequest } from './snippet-protocol.ts';
import { SnippetThread } from './snippet-thread.ts';

const MAIL = Buffer.from('Message-ID: <a@b.example>\nSubject: hay\n\nThe journal is full of hay.\n');
const { id } = identify(scanMessage(MAIL), []);

let folder: string;
let thread: SnippetThread;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-snippets-'));
  thread = new SnippetThread([], null);
});
afterEach(async () => {
  await thread.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request for a message of a file that holds these bytes. */
function request(bytes: Buffer, of = id): SnippetRequest {
  const path = join(folder, 'one.eml');
  writeFileSync(path, bytes);
  const lies = { archive: 'list', kind: 'eml', path, name: '', compression: 'none', object: null } as const;
  const place = { ...lies, stamp: '', settled: true };
  const file: PlaceRecord = { ...place, offset: 0, length: bytes.length, received: 0, size: bytes.length };
  const words = analyzeQuery('journal').map((item) => ({ fields: ['own'], item }));
  return { files: [{ file, messages: [{ id: of, place: file }] }], words };
}

it('makes the snippet of a message as it lies in its source', async () => {
  const made = await thread.make(request(MAIL));
  expect([...made]).toEqual([
    [
      id,
      [
        { text: 'The ', match: false },
        { text: 'journal', match: true },
        { text: ' is full of hay.', match: false },
      ],
    ],
  ]);
});

it('leaves out what is another message by now, or is gone', async () => {
  expect((await thread.make(request(MAIL, 'f'.repeat(32)))).size).toBe(0);
  const gone = request(MAIL);
  rmSync(join(folder, 'one.eml'));
  expect((await thread.make(gone)).size).toBe(0);
});

it('takes a message for the one that was indexed while its file is as it was then', async () => {
  const { files, words } = request(MAIL, 'f'.repeat(32));
  const { size, mtimeNs } = statSync(join(folder, 'one.eml'), { bigint: true });
  const stamped = (stamp: string, settled = true): SnippetRequest => ({
    words,
    files: files.map(({ file, messages }) => ({ file: { ...file, stamp, settled }, messages })),
  });
  expect((await thread.make(stamped(`${size}:${mtimeNs}`))).size).toBe(1);
  expect((await thread.make(stamped(`${size}:${mtimeNs - 1n}`))).size).toBe(0);
  // It may have been written again under the same stamp.
  expect((await thread.make(stamped(`${size}:${mtimeNs}`, false))).size).toBe(0);
});

it('gives way to whoever gives up waiting', async () => {
  const controller = new AbortController();
  const waiting = thread.make(request(MAIL), controller.signal);
  controller.abort(new Error('no more'));
  await expect(waiting).rejects.toThrow('no more');
  await expect(thread.make(request(MAIL), controller.signal)).rejects.toThrow('no more');
  expect((await thread.make(request(MAIL))).size).toBe(1);
});

it('answers without snippets where it dies, and begins anew', async () => {
  const waiting = thread.make(request(MAIL));
  await thread.close();
  expect((await waiting).size).toBe(0);
  expect((await thread.make(request(MAIL))).size).toBe(1);
});
