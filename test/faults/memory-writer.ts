import { backend as engine } from '@hayrick/memory';
import { longDocument } from './long-document.ts';

export interface WriterJob {
  readonly directory: string;
  readonly generation: string;
}

// Run by memory.test.ts in a process of its own, which ends by being killed.
process.once('message', (job: WriterJob) => void write(job));

async function write({ directory, generation }: WriterJob): Promise<void> {
  const backend = await engine.open({
    connection: 'ram',
    directory,
    settings: {},
    fields: [],
    maxResults: 1000,
    now: () => 1,
  });
  const writer = await backend.writer(generation);
  for (let seq = writer.applied + 1; ; seq++) {
    await writer.write([{ kind: 'put', seq, document: longDocument(seq), rank: null }], seq);
    process.send?.(writer.applied);
  }
}
