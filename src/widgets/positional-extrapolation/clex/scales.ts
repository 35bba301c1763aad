import { scaleLinear, scaleLog } from 'd3-scale';
import { farthest, pairs } from './simulate';

/** The frame that the flow and its cross-section share, so that a height means the same in both. */
export const frame = { left: 46, top: 26, bottom: 196, width: 268, height: 246 };

/** t from 1 to 8; logarithmic, so that a division by t is straight. */
export const tScale = scaleLog([1, farthest], [frame.left, frame.left + frame.width]);
export const pairScale = scaleLinear([0, pairs - 1], [frame.left + 4, frame.left + frame.width - 4]);

/** share(x): 1/8 and not 0.125. */
export const share = (x: number): string => (x >= 1 ? String(x) : `1/${Math.round(1 / x)}`);

/**
 * speedScale(bends): shares of RoPE's speed, with powers of two for its ticks. Fixed, so that what is dragged stays under the pointer; with room for
 * bent curves where there may be some.
 */
export function speedScale(bends: boolean) {
  const scale = scaleLog(bends ? [1.5, 1 / 40] : [1.05, 1 / 18], [frame.top, frame.bottom]);
  return Object.assign(scale, { shown: [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, ...(bends ? [1 / 32] : [])] });
}

/** placed(scale, speed): its height, or NaN outside the frame, where nothing is drawn. */
export const placed = (scale: (speed: number) => number, speed: number): number => {
  const at = scale(speed);
  return at < frame.top - 1 || at > frame.bottom + 1 ? NaN : at;
};

/** apart(places, gap): places moved down as little as keeps labels that stand there from touching, and then up from `bottom`; in the order given. */
export function apart(places: readonly number[], gap: number, bottom: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const moved = [...places];
  order.forEach((i, n) => {
    if (n > 0) moved[i] = Math.max(moved[i]!, moved[order[n - 1]!]! + gap);
  });
  let limit = bottom;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i]!, limit);
    limit = moved[i]! - gap;
  }
  return moved;
}
