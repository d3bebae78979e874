import { backendConformance } from '@hayrick/core/testing';
import { backend } from '@hayrick/sqlite';

backendConformance('sqlite', {
  open: (context) => backend.open(context),
  module: import.meta.resolve('@hayrick/sqlite'),
});
