import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readFile } from 'node:fs/promises';
import { family, fonts } from './fonts';
import { encode } from './png';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Raster {
  /** What is drawn, without the ground; undefined where nothing is. */
  bounds(svg: string): Box | undefined;
  /** The picture as PNG on a ground of that colour. Throws where something stands outside of `within`. */
  png(svg: string, ground: string, within: Box): Uint8Array<ArrayBuffer>;
}

async function make(): Promise<Raster> {
  const [fontBuffers] = await Promise.all([fonts(), readFile('node_modules/@resvg/resvg-wasm/index_bg.wasm').then(initWasm)]);
  const font = { fontBuffers, defaultFontFamily: family, sansSerifFamily: family };
  const open = (svg: string, background?: string) => new Resvg(svg, { font, background });
  const boundsOf = (drawing: ReturnType<typeof open>): Box | undefined => {
    const box = drawing.getBBox();
    if (!box) return undefined;
    const { x, y, width, height } = box;
    box.free();
    return { x, y, width, height };
  };
  return {
    bounds(svg) {
      const drawing = open(svg);
      try {
        return boundsOf(drawing);
      } finally {
        drawing.free();
      }
    },
    png(svg, ground, within) {
      const drawing = open(svg, ground);
      try {
        const box = boundsOf(drawing);
        if (!box) throw new Error('nothing is drawn');
        if (!inside(box, within)) throw new Error(`something stands at ${print(box)}, outside of ${print(within)}`);
        const image = drawing.render();
        const bytes = encode(image.pixels, image.width, image.height);
        image.free();
        return bytes;
      } finally {
        drawing.free();
      }
    },
  };
}

const inside = (box: Box, { x, y, width, height }: Box): boolean =>
  box.x >= x && box.y >= y && box.x + box.width <= x + width && box.y + box.height <= y + height;
const print = ({ x, y, width, height }: Box): string => [x, y, width, height].map((v) => v.toFixed(0)).join(' ');

let made: Promise<Raster> | undefined;

/** raster(): draws SVG in the sans face of the site. Set up once. */
export const raster = (): Promise<Raster> => (made ??= make());
