import type { Backend, BackendModule, GenerationWriter } from '../../backend/index.ts';
import type { Job, Told, Work } from './kill-process.ts';
import { numbered } from './numbered.ts';
import { contextOf } from './rig.ts';

// Run by kill-process.ts in a process of its own, which ends by being killed.
process.once('message', (job: Job) => void write(job));
tell({ kind: 'ready' });

async function write({ module, work, ...place }: Job): Promise<void> {
  const { backend: engine }: { readonly backend: BackendModule } = await import(module);
  const backend = await engine.open(contextOf(place));
  const writer = await open(backend, work);
  tell({ kind: 'opened', generation: writer.generation });
  for (let after = work.kind === 'update' ? work.after : 0; ; after += work.size) {
    const upTo = after + work.size;
    tell({ kind: 'begun', upTo });
    await writer.write(numbered(after + 1, upTo, work.kind === 'build'), upTo);
    tell({ kind: 'acknowledged', upTo, applied: writer.applied });
  }
}

function open(backend: Backend, work: Work): Promise<GenerationWriter> {
  return work.kind === 'build' ? backend.create('fingerprint') : backend.writer(work.generation);
}

function tell(message: Told): void {
  process.send?.(message);
}
