import type { SearchAnswer } from '@hayrick/core';
import { cleanLine } from './clean.ts';
import { countText } from './numbers.ts';
import type { Paint } from './paint.ts';

type Value = SearchAnswer['facets'][string][number];

/** Each facet's values below its name, a line each with the count in front; a blank line behind it. */
export function facetsText(facets: SearchAnswer['facets'], paint: Paint): string {
  return Object.entries(facets)
    .map(([field, values]) => {
      const counts = values.map(({ count }) => countText(count));
      const width = Math.max(0, ...counts.map(({ length }) => length));
      const lines = values.map((value, i) => `  ${(counts[i] ?? '').padStart(width)}  ${valueText(value)}`);
      return `${[paint.strong(field), ...(lines.length === 0 ? ['  none'] : lines)].join('\n')}\n\n`;
    })
    .join('');
}

function valueText({ value, label = null }: Value): string {
  return cleanLine(label === null ? value : `${label} <${value}>`);
}
