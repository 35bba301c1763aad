import { describe, expect, it } from 'vitest';
import css from '@/marks/colours.css?raw';
import { onRamp, steps } from '@/marks/colours';
import { fromHex, toLab } from '@/site/cards/mix';
import { contrast, luminance, type Rgb } from '../checks/contrast';

const schemes = ['light', 'dark'] as const;
const tokens = new Map(
  [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);
/** What those see who lack one kind of cone: Viénot, Brettel and Mollon 1999, on linear RGB. */
const lacking = {
  protanopia: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deuteranopia: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
};
const seen = (m: readonly number[], [r, g, b]: Rgb): Rgb =>
  [0, 3, 6].map((i) => Math.min(1, Math.max(0, m[i]! * r + m[i + 1]! * g + m[i + 2]! * b))) as unknown as Rgb;
/** Distances in Oklab are about as large as they look. */
const distance = (a: Rgb, b: Rgb): number => Math.hypot(...toLab(a).map((x, i) => x - toLab(b)[i]!));

const grounds = ['ground', 'raised', 'sunken'];
const devices = [...tokens.keys()].filter((name) => name.startsWith('device-'));
/** Written as text as well as drawn: a device’s name has its colour. */
const inks = [...devices, 'ink', 'ink-soft', 'accent', 'query', 'key', 'value', 'output', 'method', 'baseline', 'good', 'bad', 'warn'];
const ramp = (name: string) => [...tokens.keys()].filter((token) => token.startsWith(`${name}-`));

describe.each(schemes)('%s', (scheme) => {
  const colour = (name: string): Rgb => fromHex(tokens.get(name)![scheme]);

  it.each(grounds)('what is written can be read on %s: 4.5 to 1', (ground) => {
    const low = inks.map((ink) => [ink, contrast(colour(ink), colour(ground))] as const).filter(([, ratio]) => ratio < 4.5);
    expect(low).toEqual([]);
  });

  it.each(grounds)('what is drawn stands out from %s: 3 to 1', (ground) => {
    const low = devices.map((device) => [device, contrast(colour(device), colour(ground))] as const).filter(([, ratio]) => ratio < 3);
    expect(devices).toHaveLength(8);
    expect(low).toEqual([]);
  });

  it('the ramps run one way in lightness, and from the ground to what stands out from it', () => {
    const all = ramp('ramp').map((name) => luminance(colour(name)));
    expect(all).toHaveLength(steps);
    const sign = scheme === 'light' ? -1 : 1;
    for (let i = 1; i < all.length; i++) expect(sign * (all[i]! - all[i - 1]!), `step ${i}`).toBeGreaterThan(0);
    expect(contrast(colour('ramp-16'), colour('raised'))).toBeGreaterThan(7);
    expect(contrast(colour('signed-0'), colour('raised'))).toBeGreaterThan(4.5);
    expect(contrast(colour('signed-16'), colour('raised'))).toBeGreaterThan(4.5);
  });

  it('what is written on a cell can be read, whatever its value: 4.5 to 1', () => {
    const low = ramp('ramp').flatMap((name, i) => {
      const [, light, dark] = /light-dark\((#\w+), (#\w+)\)/.exec(onRamp(i / (steps - 1)))!;
      const ratio = contrast(fromHex(scheme === 'light' ? light! : dark!), colour(name));
      return ratio < 4.5 ? [`${name}: ${ratio.toFixed(2)}`] : [];
    });
    expect(low).toEqual([]);
  });

  it.each(Object.entries(lacking))('pairs that mean different things differ for those with %s', (_, matrix) => {
    const pairs = [
      ['query', 'key'],
      ['method', 'baseline'],
      ['good', 'bad'],
      ['signed-0', 'signed-16'],
      // The other loop order of FlashAttention stands beside these.
      ['device-4', 'output'],
      ['device-4', 'method'],
      ['device-0', 'device-1'],
      ['device-1', 'device-2'],
      ['device-2', 'device-3'],
    ] as const;
    const close = pairs
      .map(([a, b]) => [`${a}, ${b}`, distance(seen(matrix, colour(a)), seen(matrix, colour(b)))] as const)
      .filter(([, d]) => d < 0.08);
    expect(close).toEqual([]);
  });
});
