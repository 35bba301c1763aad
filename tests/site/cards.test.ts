import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { card } from '@/site/cards/card';
import { lit, unknown } from '@/site/cards/colours';
import { family } from '@/site/cards/fonts';
import { document } from '@/site/cards/figure';
import { glyphs, measure, wrap } from '@/site/cards/measure';
import { mix } from '@/site/cards/mix';
import type { Drawn } from '@/site/cards/panels';
import { encode } from '@/site/cards/png';
import { raster } from '@/site/cards/raster';

const text = (line: string, weight: number, size = 40) =>
  `<text y="100" font-family="${family}" font-size="${size}" font-weight="${weight}">${glyphs(line)}</text>`;

describe('words', () => {
  // Ligatures, Greek, raised digits and arrows come from different files; none may be lost on the way.
  it.each([400, 600, 700] as const)('at weight %i a line is as wide as it was measured', async (weight) => {
    const { bounds } = await raster();
    for (const line of ['off by at most 5.6 × 10⁻¹⁶', 'difficult: Δ = ½, τ ≤ 0.17 → fifty', 'Kᵀ, |Δ| and 100\u00a0%']) {
      const measured = await measure(line, 40, weight);
      const drawn = bounds(document(1, 1, text(line, weight)))!.width;
      expect(drawn, line).toBeLessThanOrEqual(measured);
      expect(drawn, line).toBeGreaterThan(measured - 0.3 * 40);
    }
  });

  it('a character that no face has stops the build', async () => {
    await expect(measure('twice 😀', 40, 400)).rejects.toThrow('no face has “😀”');
  });

  it('lines are no wider than their room, and say all the words', async () => {
    const line = 'The key at 150 has the highest score of all, 9, and is not found.';
    const lines = (await wrap(line, 300, 32, 400))!;
    expect(lines.join(' ')).toBe(line);
    expect(lines.length).toBeGreaterThan(2);
    for (const one of lines) expect(await measure(one, 32, 400)).toBeLessThanOrEqual(300);
    expect(await wrap('incomprehensibilities', 100, 32, 400)).toBeUndefined();
  });
});

describe('colours', () => {
  it('are those of the light scheme, however they are written', () => {
    expect(lit('fill="var(--raised)" stroke="light-dark(rgb(1, 2, 3), #fff)"')).toBe('fill="#ffffff" stroke="rgb(1, 2, 3)"');
    expect(lit('a light-dark(#111, #222) b light-dark(var(--raised), var(--ink)) c')).toBe('a #111 b #ffffff c');
    expect(lit('font: 1px var(--sans); gap: var(--min)')).toBe(`font: 1px ${family}; gap: var(--min)`);
  });

  it('mixed in Oklab as CSS does', () => {
    expect(mix('#fff', '#000', 0.5)).toBe('#636363');
    expect(mix('#0072b2', '#ffffff', 1)).toBe('#0072b2');
    expect(lit('color-mix(in oklab, #fff 50%, #000)')).toBe('#636363');
  });

  it('what only a browser could draw is named', () => {
    expect(unknown('<path fill="url(#a)" transform="translate(1 2) scale(3)"/>')).toBeUndefined();
    expect(unknown('<path fill="var(--mine)"/>')).toBe('var(--mine)');
    expect(unknown('<g style="width:calc(1px + 2px)"/>')).toBe('calc(1px + 2px)');
  });
});

/** The colours of a palette picture, pixel by pixel. */
function decode(png: Uint8Array): { width: number; height: number; pixels: string[] } {
  const bytes = Buffer.from(png);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12)
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const [header, palette] = [chunks.get('IHDR')!, chunks.get('PLTE')!];
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  const at = (i: number) => palette.toString('hex', 3 * i, 3 * i + 3);
  return { width, height, pixels: Array.from({ length: width * height }, (_, i) => at(rows[Math.floor(i / width) + 1 + i]!)) };
}

describe('PNG', () => {
  const pixels = (colour: (i: number) => [number, number, number], count: number) =>
    Uint8Array.from(Array.from({ length: count }, (_, i) => [...colour(i), 255]).flat());

  it('keeps up to 256 colours as they are', () => {
    const {
      width,
      height,
      pixels: back,
    } = decode(
      encode(
        pixels((i) => [i, 255 - i, 7], 256),
        32,
        8,
      ),
    );
    expect([width, height]).toEqual([32, 8]);
    expect(back[0]).toBe('00ff07');
    expect(back[200]).toBe('c83707');
    expect(new Set(back).size).toBe(256);
  });

  it('of more it keeps the most frequent, and takes the nearest of them for the others', () => {
    // 256 colours twice, and one a little off the first of them.
    const all = pixels((i) => (i === 512 ? [1, 0, 0] : [0, i % 256, 90]), 513);
    const { pixels: back } = decode(encode(all, 513, 1));
    expect(new Set(back).size).toBe(256);
    expect(back[512]).toBe('00005a');
    expect(back[300]).toBe('002c5a');
  });
});

describe('a card', () => {
  const figure: Drawn = {
    style: '',
    panels: [
      { title: 'A panel', wide: true, width: 720, height: 300, classes: '', drawing: '<rect width="720" height="300" fill="#0072b2"/>' },
    ],
  };

  it('is 1200 by 630 and holds its figure', async () => {
    const { width, height, pixels } = decode(await card({ name: 'Name', title: 'Title', text: 'It says 1.', figure }));
    expect([width, height]).toEqual([1200, 630]);
    expect(pixels.filter((pixel) => pixel === '0072b2').length).toBeGreaterThan(0.3 * 1200 * 630);
  });

  it('leaves room for what a panel draws outside of its box', async () => {
    const drawing = '<rect x="-90" width="900" height="300" fill="#0072b2"/>';
    const { pixels } = decode(
      await card({ title: 'Title', text: 'It says 1.', figure: { ...figure, panels: [{ ...figure.panels[0]!, drawing }] } }),
    );
    const columns = pixels.flatMap((pixel, i) => (pixel === '0072b2' ? [i % 1200] : []));
    expect(columns.reduce((a, b) => Math.min(a, b))).toBeGreaterThan(40);
    expect(columns.reduce((a, b) => Math.max(a, b))).toBeLessThan(1160);
  });

  it('whose words have no room stops the build, and so does a drawing that runs out of it', async () => {
    const title = 'A title that goes on and on '.repeat(8).trim();
    await expect(card({ name: 'Name', title, text: 'It says 1.', figure })).rejects.toThrow(/no room for “Name: A title/);
    const { png } = await raster();
    const room = { x: 0, y: 0, width: 100, height: 100 };
    expect(() => png(document(100, 100, '<rect x="60" width="60" height="9"/>'), '#fff', room)).toThrow(/outside of 0 0 100 100/);
    expect(() => png(document(100, 100, ''), '#fff', room)).toThrow('nothing is drawn');
  });
});
