import { lit } from './colours';
import { family } from './fonts';
import { glyphs, measure } from './measure';
import type { Drawn, Panel } from './panels';
import { raster, type Box } from './raster';

/** Panels side by side, in their own units, ready to be scaled into a card. */
export interface Row {
  readonly width: number;
  readonly height: number;
  /** row.place(x, y, scale): the SVG of it. */
  place(x: number, y: number, scale: number): string;
}

const gap = 28;
const caption = { size: 14, height: 24 };

/** telling(panels): the figure's main picture: its first where that is wide, else its first two. */
export const telling = (panels: readonly Panel[]): readonly Panel[] => panels.slice(0, panels[0]!.wide ? 1 : 2);

/** row(drawn) lays the most telling panels side by side, with room for whatever a panel draws outside of its box. */
export async function row({ panels, style }: Drawn): Promise<Row> {
  const { bounds } = await raster();
  const chosen = await Promise.all(
    telling(panels).map(async (panel) => {
      const box = bounds(document(panel.width, panel.height, `<style>${style}</style>${nested(panel, 0, 0)}`))!;
      return { panel, room: around(box, panel, await measure(panel.title, caption.size, 600)) };
    }),
  );
  const height = Math.max(...chosen.map(({ room }) => room.height));
  let width = -gap;
  const placed = chosen.map(({ panel, room }) => {
    const x = width + gap - room.x;
    width += gap + room.width;
    return title(panel, x) + nested(panel, x, caption.height - room.y);
  });
  return {
    width,
    height: caption.height + height,
    place: (x, y, scale) =>
      `<style>${style}</style><g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(4)})">${placed.join('')}</g>`,
  };
}

/** The box of a panel, what it draws beside it, and its title. */
function around(drawn: Box, { width, height }: Panel, titled: number): Box {
  const [x, y] = [Math.min(0, drawn.x), Math.min(0, drawn.y)];
  return {
    x,
    y,
    width: Math.max(width, drawn.x + drawn.width, titled) - x,
    height: Math.max(height, drawn.y + drawn.height) - y,
  };
}

const title = (panel: Panel, x: number): string =>
  `<text x="${x}" y="${caption.size}" font-family="${family}" font-size="${caption.size}" font-weight="600" fill="${lit('var(--ink)')}">${glyphs(panel.title)}</text>`;

const nested = ({ width, height, classes, drawing }: Panel, x: number, y: number): string =>
  `<svg class="${classes}" x="${x}" y="${y}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" overflow="visible">${drawing}</svg>`;

/** document(width, height, content): a whole SVG. */
export const document = (width: number, height: number, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
