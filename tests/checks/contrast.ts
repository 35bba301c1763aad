/** Linear red, green and blue, from 0 to 1. */
export type Rgb = readonly [number, number, number];

/** Relative luminance, as WCAG 2.2 defines it. */
export const luminance = (colour: Rgb): number => 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2];

/** contrast(a, b): from 1 to 21, as WCAG 2.2 defines it. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
