// Mail search inside a program of your own.
//
//   node embed.ts sqlite ./list.mbox            the engine, then mail: mbox (also .gz), Maildir or a folder of .eml files
//   node embed.ts elasticsearch ./list.mbox     a server at ELASTICSEARCH_URL, default http://127.0.0.1:9200
//
// It needs @hayrick/core, @hayrick/catalog and the engine's package: @hayrick/memory, @hayrick/sqlite or @hayrick/elasticsearch.
import { resolve } from 'node:path';
import { embedSite, type SettingsInput } from '@hayrick/core';

const [engine = 'sqlite', ...paths] = process.argv.slice(2);

const connections: Readonly<Record<string, SettingsInput['connections'][string]>> = {
  memory: { engine: 'memory' },
  sqlite: { engine: 'sqlite' },
  elasticsearch: {
    engine: 'elasticsearch',
    url: process.env['ELASTICSEARCH_URL'] ?? 'http://127.0.0.1:9200',
    index: process.env['ELASTICSEARCH_INDEX'] ?? 'hayrick-embed',
  },
};

const site = await embedSite(
  {
    dataDir: './data',
    archives: { mail: { paths: paths.map((path) => resolve(path)), access: 'public' } },
    connections: { default: connections[engine] ?? { engine } },
  },
  { directory: process.cwd(), from: import.meta.url },
);

try {
  const built = await site.rebuild();
  console.log(`rebuild: ${built.totals.read} messages read, ${built.totals.indexed} indexed`);

  const updated = await site.update();
  console.log(`update: ${updated.totals.indexed} indexed, ${updated.totals.unchanged} unchanged`);

  // What people type, and who asks: 'all', 'public', or the name of a reader.
  const found = await site.search('journal OR subject:re', { as: 'public', sort: 'newest', limit: 3 });
  console.log(`search: ${found.total} found`);
  for (const { date, from, subject, snippet } of found.hits) {
    const sender = from[0]?.name || from[0]?.address;
    console.log(`  ${date.slice(0, 10)}  ${sender}: ${subject}`);
    console.log(`    ${snippet?.map(({ text, match }) => (match ? `*${text}*` : text)).join('') ?? ''}`);
  }

  // Any number of results in bounded memory, in date order.
  let oldest = 0;
  for await (const hit of site.stream('*', { sort: 'oldest' })) {
    if (hit.date > '2000') break;
    oldest++;
  }
  console.log(`stream: ${oldest} messages are from before 2000`);
} finally {
  await site.close();
}
