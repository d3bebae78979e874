import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Document } from '@hayrick/core/backend';
import { createDocumentBuilder } from '@hayrick/core/document';
import { chooseDates, parseMessage } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';

/** The path of this file, which is a program: FOLDER-OF-MBOX-FILES FOLDER-FOR-BODIES. */
export const BODIES = fileURLToPath(import.meta.url);

const ARCHIVE = 'bench';
/** UTF-16 code units; texts are ASCII nearly all. */
const BODY_LENGTH = 8_000_000;

if (process.argv[1] === BODIES) await makeBodies(process.argv[2] ?? '', process.argv[3] ?? '');

/** Makes bulk bodies of all messages with nothing but core and JSON.stringify, each id once. One thread, nothing kept. */
async function makeBodies(mbox: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const build = createDocumentBuilder([]);
  const seen = new Set<string>();
  let lines: string[] = [];
  let length = 0;
  let bodies = 0;
  const write = (): void => {
    writeFileSync(join(folder, `${String(bodies++).padStart(4, '0')}.ndjson`), lines.join(''));
    lines = [];
    length = 0;
  };
  for (const name of readdirSync(mbox).sort()) {
    for await (const item of readSourceFile({ kind: 'mbox', path: join(mbox, name), name: '' })) {
      if (item.kind !== 'message') continue;
      const message = parseMessage(item.bytes);
      if (seen.has(message.id)) continue;
      seen.add(message.id);
      const { dateHeader, receivedHeader } = message;
      const dates = chooseDates({ dateHeader, receivedHeader, placeDate: item.placeDate });
      const facts = { archives: [ARCHIVE], ...dates, size: item.bytes.length };
      const line = lineOf(build(message, facts).document);
      lines.push(line);
      length += line.length;
      if (length >= BODY_LENGTH) write();
    }
  }
  if (length > 0) write();
}

/** As the engine's mapping has it, but for the numbers that order ids. */
function lineOf({ keywords, numbers, ...rest }: Document): string {
  const source = { ...rest, idHigh: 0, idLow: 0, keyword: keywords, number: numbers };
  return `{"index":{"_id":"${rest.id}"}}\n${JSON.stringify(source)}\n`;
}
