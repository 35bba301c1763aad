import { scaleLinear, scaleLog } from 'd3-scale';
import { farthest, pairs, type simulate } from './simulate';

/** The frame that the flow and its cross-section share, so that a height means the same in both. */
export const frame = { left: 46, top: 26, bottom: 196, width: 268, height: 246 };

/** t from 1 to 8; logarithmic, so that a division by t is straight. */
export const tScale = scaleLog([1, farthest], [frame.left, frame.left + frame.width]);
export const pairScale = scaleLinear([0, pairs - 1], [frame.left + 4, frame.left + frame.width - 4]);

/** share(x): 1/8 and not 0.125. */
export const share = (x: number): string => (x >= 1 ? String(x) : `1/${Math.round(1 / x)}`);

/** speedScale(result): shares of RoPE's speed, from the fastest shown to the slowest, with powers of two for its ticks. */
export function speedScale({ speeds }: Pick<ReturnType<typeof simulate>, 'speeds'>) {
  const all = speeds.flat();
  const [low, high] = [Math.min(1 / 16, ...all), Math.max(1, ...all)];
  const scale = scaleLog([high * 1.08, low / 1.08], [frame.top, frame.bottom]);
  const from = Math.ceil(Math.log2(low) - 1e-6);
  const every = from < -6 ? 2 : 1;
  const shown = Array.from({ length: Math.floor(Math.log2(high) + 1e-6) - from + 1 }, (_, i) => from + i)
    .filter((exponent) => exponent % every === 0)
    .map((exponent) => 2 ** exponent);
  return Object.assign(scale, { shown });
}

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
