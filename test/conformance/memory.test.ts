import { backendConformance } from '@hayrick/core/testing';
import { backend } from '@hayrick/memory';

backendConformance('memory', {
  open: (context) => backend.open(context),
  module: import.meta.resolve('@hayrick/memory'),
});
