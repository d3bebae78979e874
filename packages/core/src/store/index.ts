export { TextPacker, textIn, withoutTexts } from './blocks.ts';
export { type KeptText, readKeptText, textInReach, writeKeptText } from './kept-text.ts';
export type {
  CurrentTextStore,
  OpenTextStore,
  TextBlock,
  TextPurpose,
  TextStore,
  TextStoreOptions,
} from './text-store.ts';
