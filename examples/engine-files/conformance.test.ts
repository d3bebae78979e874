import { backendConformance } from '@hayrick/core/testing';
import { backend } from './engine.ts';

backendConformance('files', {
  open: backend.open,
  module: new URL('./engine.ts', import.meta.url).href,
});
