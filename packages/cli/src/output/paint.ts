import pc from 'picocolors';

type Brush = (text: string) => string;

/** The few ways in which text stands out. */
export interface Paint {
  readonly colored: boolean;
  readonly strong: Brush;
  readonly faint: Brush;
  readonly match: Brush;
  readonly good: Brush;
  readonly bad: Brush;
  readonly accent: Brush;
}

/** Without colours only matches are marked, by asterisks. */
export function paint(colored: boolean): Paint {
  const c = pc.createColors(colored);
  return {
    colored,
    strong: c.bold,
    faint: c.dim,
    match: colored ? (text) => c.bold(c.yellow(text)) : (text) => `*${text}*`,
    good: c.green,
    bad: c.red,
    accent: c.cyan,
  };
}
