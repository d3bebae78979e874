import { type BackendModule, CONTRACT_VERSION } from '@hayrick/core/backend';
import { openBackend } from './backend.ts';

/** The engine `memory`: MiniSearch in the process, kept on disk as a snapshot and a journal of what came since. */
export const backend: BackendModule = {
  contractVersion: CONTRACT_VERSION,
  engine: 'memory',
  settings: ['maxDocuments'],
  open: openBackend,
};
