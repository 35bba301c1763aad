import { crc32, deflateSync } from 'node:zlib';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(
    [...type].map((c) => c.charCodeAt(0)),
    4,
  );
  out.set(data, 8);
  view.setUint32(data.length + 8, crc32(out.subarray(4, data.length + 8)));
  return out;
}

/** For every colour there is, its place among the 256 most frequent, or that of the nearest of them. */
function palette(pixels: Uint32Array): { colours: number[]; at: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let i = 0; i < pixels.length;) {
    const colour = pixels[i]!;
    const start = i;
    while (i < pixels.length && pixels[i] === colour) i++;
    counts.set(colour, (counts.get(colour) ?? 0) + i - start);
  }
  const colours = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const kept = colours.slice(0, 256);
  const at = new Map(kept.map((colour, i) => [colour, i]));
  for (const colour of colours.slice(256)) {
    let nearest = 0;
    let least = Infinity;
    for (let i = 0; i < kept.length; i++) {
      const far = distance(colour, kept[i]!);
      if (far < least) [nearest, least] = [i, far];
    }
    at.set(colour, nearest);
  }
  return { colours: kept, at };
}

const channel = (colour: number, i: number): number => (colour >> (8 * i)) & 255;
function distance(a: number, b: number): number {
  const [r, g, blue] = [channel(a, 0) - channel(b, 0), channel(a, 1) - channel(b, 1), channel(a, 2) - channel(b, 2)];
  return r * r + g * g + blue * blue;
}

/** encode(rgba, width, height) is an opaque picture as PNG of at most 256 colours: a third of the bytes that all its shades would take. */
export function encode(rgba: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint32Array(Uint8Array.from(rgba).buffer);
  const { colours, at } = palette(pixels);
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = at.get(pixels[y * width + x]!)!;
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  // Eight bits a pixel, which name a colour of the palette.
  header.set([8, 3], 8);
  const parts = [
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(colours.flatMap((colour) => [0, 1, 2].map((i) => channel(colour, i))))),
    chunk('IDAT', deflateSync(rows, { level: 8 })),
    chunk('IEND', new Uint8Array()),
  ];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    out.set(part, end);
    end += part.length;
  }
  return out;
}
