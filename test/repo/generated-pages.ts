import { FIELDS, LIMITS } from '@hayrick/core/backend';
import { readText } from './tree.ts';

const NOTE = '<!-- Made by test/repo/docs.test.ts: `npx -y pnpm@12 test test/repo -u` writes it anew. -->';

/** docs/limits.md, from the names, values and comments of limits.ts. */
export function limitsPage(): string {
  const source = readText('packages/core/src/limits.ts');
  const rows = Object.entries(LIMITS).map(([name, value]) => {
    const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}:`).exec(source)?.[1];
    if (comment === undefined)
      throw new Error(`limits.ts: ${name} has no comment, and docs/limits.md is made of them`);
    return `| \`${name}\` | ${amount(name, value)} | ${comment.replace(/\s*\n\s*\*\s*/g, ' ').trim()} |`;
  });
  return `${NOTE}
# Limits

Mail is written by strangers, and so are queries. Each of these bounds holds on every engine alike. What is cut off a message is
reported as a problem of that message and never stops a run; a query over a limit is an error that says which.

| name | value | what |
| --- | ---: | --- |
${rows.join('\n')}
`;
}

/** docs/fields.md, from the field table. */
export function fieldsPage(): string {
  const rows = Object.entries(FIELDS).map(([name, shape]) => {
    const kinds = [...(shape.text ? ['text'] : []), ...(shape.keyword ? ['keyword'] : [])].join(', ');
    const bare = 'bare' in shape ? 'yes' : '';
    const weight = 'weight' in shape ? String(shape.weight) : '';
    const aliases = shape.aliases.map((alias) => `\`${alias}\``).join(' ');
    return `| \`${name}\` | ${kinds} | ${aliases} | ${bare} | ${weight} | ${shape.holds} |`;
  });
  return `${NOTE}
# Fields

What is indexed of a message. *text*: analysed words ([analysis.md](analysis.md)); *keyword*: exact values. *bare*: looked into by a
word without a field. *weight*: what a match there counts for relevance. Beside these every message has \`date\`, \`received\`
(unix seconds) and \`size\` (bytes) as numbers, and the archives that hold it. Which names a query may use is told in
[query-language.md](query-language.md); a site adds fields of its own in its settings. \`patchid\` and what begins with \`df\` is of
[patches](query-language.md#patches), and filled where an archive that holds the message has the setting \`patches\`.

| field | kind | aliases | bare | weight | holds |
| --- | --- | --- | --- | ---: | --- |
${rows.join('\n')}
`;
}

function amount(name: string, value: number): string {
  if (!name.endsWith('Bytes')) return value.toLocaleString('en-US');
  const MiB = 1024 * 1024;
  if (value % MiB === 0) return `${value / MiB} MiB`;
  return value % 1024 === 0 ? `${value / 1024} KiB` : `${value} bytes`;
}
