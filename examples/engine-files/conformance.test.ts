import { backendConformance } from '@hayrick/core/testing';
import { backend } from './engine.ts';

backendConformance('files', { open: backend.open, module: import.meta.resolve('./engine.ts') });
