import { binaryFile } from './binary-files.ts';
import { base64, encodeHeader, encodeText, fits, quotedPrintable } from './encode.ts';
import { arrival, digest, headerLines, messageId } from './headers.ts';
import { type Block, bodyLines } from './lay-out.ts';
import { LISTS } from './people.ts';
import type { Draft } from './read-threads.ts';

/** A mail as one list got it. */
export interface Mail {
  readonly draft: Draft;
  readonly listName: string;
  /** Unix seconds. */
  readonly received: number;
  readonly bytes: Buffer;
}

interface Part {
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** All copies of a draft: one in its own list, more where its options say so. */
export function composeAll(draft: Draft, blocks: readonly Block[], earlier: readonly Mail[]): Mail[] {
  const first = arrival(draft, draft.listName);
  const mails = [compose(draft, blocks, draft.listName, first, earlier)];
  // An exact copy that the list's server took in once more, some hours later.
  if (draft.options.has('copy')) mails.push(compose(draft, blocks, draft.listName, first + 7_321, earlier));
  for (const name of [...(draft.options.get('also') ?? []), ...(draft.options.get('also-footer') ?? [])]) {
    mails.push(compose(draft, blocks, name, arrival(draft, name), earlier));
  }
  return mails;
}

function compose(
  draft: Draft,
  blocks: readonly Block[],
  listName: string,
  received: number,
  earlier: readonly Mail[],
): Mail {
  const list = LISTS.get(listName);
  if (list === undefined) throw new Error(`${draft.key}: no list ${listName}`);
  const footer = draft.options.has('also') || draft.options.has('nofooter') ? [] : list.footer;
  const charset = charsetOf(draft, blocks);
  let part = content(draft, blocks, charset, footer, listName);
  const inner = draft.options.get('forward')?.[0];
  if (inner !== undefined) {
    const forwarded = earlier.find((m) => m.draft.key === inner && m.listName === m.draft.listName);
    if (forwarded === undefined) throw new Error(`${draft.key}: forwards ${inner}, which is not there`);
    const whole: Part = {
      headers: ['Content-Type: message/rfc822', 'Content-Disposition: attachment; filename="forwarded.eml"'],
      body: forwarded.bytes,
    };
    part = multipart('mixed', [part, whole], draft, 'fwd', false);
  }
  const lines = headerLines(draft, listName, list, received, charset);
  const isOldStyle = draft.options.has('raw8');
  const head = [...lines, ...(isOldStyle ? [] : ['MIME-Version: 1.0', ...part.headers])];
  // Raw 8-bit headers are in the message's own charset.
  const bytes = Buffer.concat([
    encodeText(`${head.join('\n')}\n\n`, isOldStyle ? charset : 'utf-8'),
    part.body,
    Buffer.from(part.body.at(-1) === 10 ? '' : '\n'),
  ]);
  return { draft, listName, received, bytes };
}

function content(
  draft: Draft,
  blocks: readonly Block[],
  charset: string,
  footer: readonly string[],
  listName: string,
): Part {
  const html = draft.options.get('html')?.[0];
  const binaries = (draft.options.get('binary') ?? []).map(binaryFile);
  const hasFiles = draft.files.length + binaries.length > 0;
  const separateFooter = footer.length > 0 && (html !== undefined || hasFiles);
  const soft =
    (draft.who.flowed && !draft.options.has('noflowed') && !draft.options.has('pre')) ||
    draft.options.has('flowed');
  const lines = bodyLines(draft, blocks, soft);
  if (!separateFooter && footer.length > 0) lines.push(...footer);
  const text = `${lines.join('\n')}\n`;
  const plain = textPart(
    text,
    'plain',
    draft,
    charset,
    soft,
    draft.options.has('patch') ? '8bit' : undefined,
    listName,
  );
  const related = html === 'related';
  let main = plain;
  if (html !== undefined) {
    const marked = textPart(
      htmlOf(draft, blocks, related),
      'html',
      draft,
      charset,
      false,
      undefined,
      listName,
    );
    const rich = related
      ? multipart(
          'related',
          [marked, ...binaries.map((b) => filePart(b.name, b.type, b.bytes, 'inline'))],
          draft,
          'rel',
          false,
        )
      : marked;
    main = html === 'only' ? marked : multipart('alternative', [plain, rich], draft, 'alt', false);
  }
  const files = [
    ...draft.files.map((f) =>
      filePart(f.name, `${f.type}; charset=${f.charset}`, encodeText(f.text, f.charset), 'attachment'),
    ),
    ...(related ? [] : binaries.map((b) => filePart(b.name, b.type, b.bytes, 'attachment'))),
  ];
  const tail = separateFooter
    ? [
        {
          headers: ['Content-Type: text/plain; charset=us-ascii', 'Content-Disposition: inline'],
          body: Buffer.from(`${footer.join('\n')}\n`),
        },
      ]
    : [];
  const parts = draft.options.has('bare') ? [...files, ...tail] : [main, ...files, ...tail];
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? only
    : multipart('mixed', parts, draft, 'mix', draft.options.has('noclose'));
}

function charsetOf(draft: Draft, blocks: readonly Block[]): string {
  const wanted = draft.options.get('charset')?.[0] ?? draft.who.charset;
  const all = `${draft.who.name}\n${draft.subject}\n${bodyLines(draft, blocks, false).join('\n')}`;
  if (draft.options.has('charset') && !fits(all, wanted))
    throw new Error(`${draft.key}: does not fit ${wanted}`);
  return fits(all, wanted) ? wanted : 'utf-8';
}

function textPart(
  text: string,
  subtype: string,
  draft: Draft,
  charset: string,
  soft: boolean,
  forced: string | undefined,
  listName: string,
): Part {
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const wide = draft.options.has('charset') || !isAscii;
  const bytes = encodeText(text, charset);
  const seven = bytes.every((b) => b < 128);
  const wanted = forced ?? draft.options.get('cte')?.[0] ?? (seven ? '7bit' : draft.who.encoding);
  // The list that is only copied gets another encoding of the same text, as relays do.
  const chosen =
    listName !== draft.listName && wanted !== '7bit' && !draft.options.has('patch') ? 'base64' : wanted;
  const encoding = seven && chosen === '8bit' ? '7bit' : !seven && chosen === '7bit' ? '8bit' : chosen;
  const label = draft.options.get('label')?.[0] ?? (wide ? charset : 'us-ascii');
  const headers = [
    `Content-Type: text/${subtype}; charset=${label}${soft ? '; format=flowed' : ''}`,
    ...(encoding === '7bit' && !wide ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
  ];
  if (encoding === 'base64') return { headers, body: Buffer.from(`${base64(bytes)}\n`) };
  return {
    headers,
    body: encoding === 'quoted-printable' ? Buffer.from(`${quotedPrintable(bytes)}\n`) : bytes,
  };
}

function filePart(name: string, type: string, bytes: Buffer, disposition: string): Part {
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  // RFC 2231 where the name is not ASCII; its old rival, an encoded word, in Content-Type, as many programs send both.
  const filename = isAscii ? `filename="${name}"` : `filename*=utf-8''${encodeURIComponent(name)}`;
  const isText = type.startsWith('text/') && bytes.every((b) => b < 128);
  return {
    headers: [
      `Content-Type: ${type};\n name="${encodeHeader(name, 'utf-8', 'B')}"`,
      `Content-Disposition: ${disposition};\n ${filename}`,
      ...(disposition === 'inline' ? [`Content-ID: <${digest(name, 8)}@inline.example.org>`] : []),
      `Content-Transfer-Encoding: ${isText ? '7bit' : 'base64'}`,
    ],
    body: isText ? bytes : Buffer.from(`${base64(bytes)}\n`),
  };
}

function multipart(kind: string, parts: readonly Part[], draft: Draft, tag: string, unclosed: boolean): Part {
  const boundary = `=_${tag}_${digest(draft.key, 16)}`;
  const pieces: Buffer[] = [];
  for (const part of parts) {
    pieces.push(Buffer.from(`--${boundary}\n${part.headers.join('\n')}\n\n`), part.body, Buffer.from('\n'));
  }
  if (!unclosed) pieces.push(Buffer.from(`--${boundary}--\n`));
  return {
    headers: [`Content-Type: multipart/${kind};\n boundary="${boundary}"`],
    body: Buffer.concat(pieces),
  };
}

function htmlOf(draft: Draft, blocks: readonly Block[], related: boolean): string {
  const id = messageId(draft) ?? draft.key;
  const out = [
    '<html><head><title></title><style type="text/css">p { margin: 0 0 1em } .q { color: #363 }</style></head>',
    `<body bgcolor="#fffff8"><!-- ${digest(id, 6)} -->`,
  ];
  for (const block of blocks) {
    const lines = block.lines.map((l) => escapeHtml(block.kind === 'quoted' ? l.replace(/^> ?/, '') : l));
    const text = lines.join('<br>\n').replaceAll(/\*(\w[^*<]*)\*/g, '<b>$1</b>');
    out.push(
      block.kind === 'quoted' ? `<blockquote type="cite" class="q">${text}</blockquote>` : `<p>${text}</p>`,
    );
  }
  if (related) {
    const [name = ''] = (draft.options.get('binary')?.[0] ?? '').split(' ');
    out.push(`<p><img src="cid:${digest(name.replaceAll('_', ' '), 8)}@inline.example.org" alt=""></p>`);
  }
  return `${out.join('\n')}\n</body></html>\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\u00a0', '&nbsp;');
}
