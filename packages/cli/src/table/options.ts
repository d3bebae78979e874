import { Option } from '@commander-js/extra-typings';

/** How a command prints its answer. */
export function formats(): Option<'--format <format>', undefined, 'text', undefined, false, 'text' | 'json'> {
  return new Option('--format <format>', 'how the answer is printed')
    .choices(['text', 'json'] as const)
    .default('text' as const);
}
