const LF = 10;
const MARK = 62; // >
const FROM = Buffer.from('From ');
const QUOTE = Buffer.from('>');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * One message as it stands in an mboxrd: `From SENDER DATE` (RFC 4155, appendix A), the message with a `>` before every line of `>`s and `From `, so
 * that reading it takes just that one off again, and a blank line.
 * @param sender an address; whatever is no visible ASCII is left out
 * @param date Unix seconds
 */
export function mboxrdEntry(raw: Uint8Array, sender: string, date: number): Buffer {
  const address = sender.replace(/[^!-~]/gu, '').slice(0, 320);
  const line = `From ${address === '' ? 'MAILER-DAEMON' : address} ${dateText(date)}\n`;
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const pieces: Buffer[] = [Buffer.from(line, 'latin1')];
  let copied = 0;
  for (let hit = bytes.indexOf(FROM); hit !== -1; hit = bytes.indexOf(FROM, hit + FROM.length)) {
    let start = hit;
    while (start > copied && bytes[start - 1] === MARK) start--;
    if (start !== 0 && bytes[start - 1] !== LF) continue;
    pieces.push(bytes.subarray(copied, start), QUOTE);
    copied = start;
  }
  pieces.push(bytes.subarray(copied));
  pieces.push(Buffer.from(bytes.length === 0 || bytes[bytes.length - 1] === LF ? '\n' : '\n\n'));
  return Buffer.concat(pieces);
}

/** As ctime(3) has it, in UTC. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number, fill = '0') => String(value).padStart(2, fill);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    .map((part) => two(part))
    .join(':');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate(), ' ')} ${time} ${date.getUTCFullYear()}`;
}
