export { openCatalog } from './catalog.ts';
