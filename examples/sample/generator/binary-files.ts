import { crc32, deflateSync } from 'node:zlib';

interface BinaryFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Makes what `: binary NAME REST` asks for; the kind follows from the name's ending. */
export function binaryFile(value: string): BinaryFile {
  const [name = '', ...rest] = value.split(' ');
  const shown = name.replaceAll('_', ' ');
  if (name.endsWith('.png')) return { name: shown, type: 'image/png', bytes: png(24, 16, rest.join(' ')) };
  if (name.endsWith('.pdf')) return { name: shown, type: 'application/pdf', bytes: pdf(rest.join(' ')) };
  if (name.endsWith('.gif')) return { name: shown, type: 'image/gif', bytes: gif() };
  throw new Error(`${name}: no maker for such a file`);
}

/** A field under a sky; the colours come from the caption. */
function png(width: number, height: number, caption: string): Buffer {
  const tint = crc32(caption);
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y += 1) {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x += 1) {
      const sky = y < height / 2 + ((tint >> (x % 8)) & 1);
      row.set(
        sky ? [140, 180 + (y & 7), 230] : [90 + ((x * tint) & 31), 150 + ((x ^ y) & 15), 60],
        1 + x * 3,
      );
    }
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    // Stored, not compressed: the same bytes from every build of zlib.
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(typed.length + 8);
  out.writeUInt32BE(data.length, 0);
  typed.copy(out, 4);
  out.writeUInt32BE(crc32(typed), typed.length + 4);
  return out;
}

/** One page with one line of text. */
function pdf(line: string): Buffer {
  const content = `BT /F1 14 Tf 60 760 Td (${line.replaceAll(/[()\\]/g, '')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets: number[] = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(out.length);
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
  }
  const start = out.length;
  const table = offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('');
  out += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

/** The smallest transparent picture. */
function gif(): Buffer {
  return Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
}
