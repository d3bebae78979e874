import { type BackendModule, CONTRACT_VERSION } from '@hayrick/core/backend';
import { openBackend } from './backend.ts';

/** The engine `sqlite`: SQLite's FTS5 over core's tokens, one database file a generation. */
export const backend: BackendModule = {
  contractVersion: CONTRACT_VERSION,
  engine: 'sqlite',
  settings: [],
  open: openBackend,
};
