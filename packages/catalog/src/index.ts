export { openCatalog } from './catalog.ts';
export { currentTextStore, openTextStore } from './text-store.ts';
