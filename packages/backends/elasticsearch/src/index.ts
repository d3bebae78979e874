import { type BackendModule, CONTRACT_VERSION } from '@hayrick/core/backend';
import { openBackend } from './backend.ts';
import { CONNECTION_KEYS } from './settings.ts';

/** The engine `elasticsearch`: a cluster of version 9, one index a generation behind an alias. */
export const backend: BackendModule = {
  contractVersion: CONTRACT_VERSION,
  engine: 'elasticsearch',
  settings: CONNECTION_KEYS,
  open: openBackend,
};
