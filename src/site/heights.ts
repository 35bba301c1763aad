import measured from './heights.json' with { type: 'json' };

interface Heights {
  /** At each width, the tallest of the default and the scenes. */
  readonly at: readonly number[];
  /** Between each width and the next, the tallest of all; a picture grows with its column until there is room for two. */
  readonly between: readonly number[];
}

const { widths, heights } = measured as { widths: readonly number[]; heights: Readonly<Record<string, Heights>> };

/**
 * height(slug, width) is the room in pixels that the widget's frame needs at that width, whichever scene is shown: what was
 * measured there, else the most that the widths between the two measured ones take. A widget not measured yet gets the most of any.
 */
export function height(slug: string, width: number): number {
  const known = heights[slug] ? [heights[slug]] : Object.values(heights);
  const place = Math.max(
    0,
    widths.findLastIndex((one) => one <= width),
  );
  return Math.max(...known.map(({ at, between }) => (width <= widths[place]! ? at[place]! : between[place]!)));
}

/** What the tallest widget needs from each width up to the next. */
export const tallest = {
  widths,
  heights: widths.map((_, i) => Math.max(...Object.values(heights).map(({ between }) => between[i]!))),
};
