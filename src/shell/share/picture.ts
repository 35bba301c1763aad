/** The figure's pictures as one file: every panel with its title, colours and fonts written into it, so that it stands alone. */

export interface PictureOptions {
  readonly scheme: 'light' | 'dark';
  readonly transparent: boolean;
  /** What it is, for those who cannot see it. */
  readonly description: string;
}

/** What a copied element needs of its computed style. */
const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'font-variant-numeric',
] as const;
const ns = 'http://www.w3.org/2000/svg';
const margin = 16;

/** svg(root, options): all panels of a live figure where they stand, as one SVG document. Drawn in the scheme asked for. */
export async function svg(
  root: HTMLElement,
  { scheme, transparent, description }: PictureOptions,
): Promise<{ text: string; width: number; height: number }> {
  const picture = root.querySelector<HTMLElement>('.picture')!;
  const before = root.style.colorScheme;
  // light-dark() follows the scheme of the element that uses it.
  root.style.colorScheme = scheme;
  try {
    const frame = picture.getBoundingClientRect();
    const [width, height] = [Math.ceil(frame.width) + 2 * margin, Math.ceil(frame.height) + 2 * margin];
    const out = document.createElementNS(ns, 'svg');
    out.setAttribute('xmlns', ns);
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' }))
      out.setAttribute(name, String(value));
    out.append(element('title', {}, description));
    out.append(element('style', {}, await fonts(picture.textContent ?? '')));
    const ground = getComputedStyle(root).backgroundColor;
    if (!transparent) out.append(element('rect', { width, height, fill: ground }));
    for (const panel of picture.querySelectorAll<HTMLElement>('.panel')) {
      const caption = panel.querySelector('figcaption')!;
      const style = getComputedStyle(caption);
      const box = caption.getBoundingClientRect();
      const size = parseFloat(style.fontSize);
      out.append(
        element(
          'text',
          {
            x: box.left - frame.left + margin,
            y: box.top - frame.top + margin + size,
            fill: style.color,
            'font-family': style.fontFamily,
            'font-size': size,
            'font-weight': style.fontWeight,
          },
          caption.textContent ?? '',
        ),
      );
      const drawing = panel.querySelector('svg')!;
      const at = drawing.getBoundingClientRect();
      const copy = drawing.cloneNode(true) as SVGElement;
      inline(drawing, copy);
      for (const [name, value] of Object.entries({
        x: at.left - frame.left + margin,
        y: at.top - frame.top + margin,
        width: at.width,
        height: at.height,
        overflow: 'visible',
      }))
        copy.setAttribute(name, String(value));
      out.append(copy);
    }
    return { text: new XMLSerializer().serializeToString(out), width, height };
  } finally {
    root.style.colorScheme = before;
  }
}

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Writes the computed look of every element into its copy, and leaves out what only the live page needs. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const property of properties) {
    const value = style.getPropertyValue(property);
    if (value && value !== 'normal') to.setAttribute(property, value);
  }
  for (const { name } of [...to.attributes]) if (/^(class|tabindex|role|aria-|on)/.test(name)) to.removeAttribute(name);
  to.removeAttribute('style');
  [...from.children].forEach((child, i) => inline(child, to.children[i]!));
}

/** The sans font as rules with its bytes inside: of the page's own rules, those whose characters a text needs. Empty where they cannot be had. */
async function fonts(text: string): Promise<string> {
  const points = [...new Set(text)].map((c) => c.codePointAt(0)!);
  try {
    const wanted = [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .filter(({ style }) => /Source Sans/.test(style.fontFamily) && covers(style.getPropertyValue('unicode-range'), points));
    return (await Promise.all(wanted.map(withBytes))).join('');
  } catch {
    // The file falls back to another sans.
    return '';
  }
}

/** True where a unicode-range ("U+0-FF, U+131") has one of the points; one that is not said has all. */
const covers = (range: string, points: readonly number[]): boolean =>
  !range ||
  range.split(',').some((part) => {
    const [from, to = from] = part
      .trim()
      .slice(2)
      .split('-')
      .map((hex) => parseInt(hex, 16));
    return points.some((point) => point >= from! && point <= to!);
  });

async function withBytes({ style, parentStyleSheet }: CSSFontFaceRule): Promise<string> {
  const url = /url\(["']?([^"')]+)/.exec(style.getPropertyValue('src'))![1]!;
  const range = style.getPropertyValue('unicode-range');
  const bytes = new Uint8Array(await (await fetch(new URL(url, parentStyleSheet?.href ?? location.href))).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `@font-face{font-family:${style.fontFamily};font-weight:200 900;${range ? `unicode-range:${range};` : ''}src:url(data:font/woff2;base64,${btoa(binary)}) format("woff2")}`;
}

/** png(svg, scale): the same picture in pixels, 1 to 4 to a unit. */
export async function png({ text, width, height }: { text: string; width: number; height: number }, scale: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * scale, height * scale];
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
