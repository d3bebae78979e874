import { backend } from '@hayrick/sqlite';
import { backendConformance } from './suite.ts';

backendConformance('sqlite', { open: (context) => backend.open(context) });
