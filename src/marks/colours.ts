/** How many steps each ramp of colours.css has. */
export const steps = 17;

// Made once: a picture asks for a colour thousands of times, and equal strings that are the same are told so at once.
const names = (ramp: string) => Array.from({ length: steps }, (_, i) => `var(--${ramp}-${i})`);
const [ramp, signed] = [names('ramp'), names('signed')];
/** What is not a number has no colour; its name says so, to be seen by whoever looks for it. */
const step = (of: readonly string[], t: number) => of[Math.round(t * (steps - 1))] ?? 'NaN';

const clamp = (t: number) => Math.min(1, Math.max(0, t));

/** sequential(t) is the colour of t in [0, 1]: low is the ground, high stands out from it. */
export const sequential = (t: number): string => step(ramp, clamp(t));

/** diverging(t) is the colour of t in [-1, 1], with 0 in the ground's colour. */
export const diverging = (t: number): string => step(signed, clamp((t + 1) / 2));

/** onScale(ramp, [low, high]) gives each number its colour; the diverging ramp has 0 in its middle, whatever the ends are. */
export function onScale(ramp: 'sequential' | 'diverging', [low, high]: readonly [number, number]): (value: number) => string {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (ramp === 'diverging') return (value) => diverging(value / most);
  return (value) => sequential(high > low ? (value - low) / (high - low) : 0);
}

/** device(i) is the colour of device i; there are eight before they repeat. */
export const device = (i: number): string => `var(--device-${i % 8})`;

/** onRamp(t) is a text colour that can be read on sequential(t): each scheme turns where the other of black and white reads better. */
export function onRamp(t: number): string {
  const step = Math.round(clamp(t) * (steps - 1));
  return `light-dark(${step < 10 ? '#000' : '#fff'}, ${step < 7 ? '#fff' : '#000'})`;
}
