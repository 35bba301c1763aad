import { outline } from './outline';

/** Places and sizes of marks. Shares, such as an opacity, are not among them. */
const measures = / (d|points|x|y|x1|x2|y1|y2|cx|cy|r|width|height)="([^"]*)"/g;

/**
 * still(html) is a picture as it is looked at and not played with: what can be dragged or chosen in a figure that is awake is a drawing here, and not
 * a control that does nothing. What the shell would find it by is left out, and places are as fine as an eye is, to a tenth of a pixel.
 */
export const still = (html: string): string =>
  html
    .replace(/<!--[^]*?-->/g, '')
    .replace(/(<(?:g|rect|circle|path|line|text)\b[^>]*?) role="(?:slider|button)"([^>]*)>/g, (_, before: string, after: string) => {
      return (before + after).replace(/ (?:tabindex|aria-[a-z]+)="[^"]*"/g, '').replace(/ style="cursor: ?[a-z-]+;?"/, '') + '>';
    })
    .replace(/(<svg\b[^>]*?) role="group"/g, '$1 role="img"')
    .replace(measures, (whole, name: string, value: string) => {
      const line = name === 'd' ? outline(value) : undefined;
      if (line) return ` d="${line}"`;
      return name === 'd' && adds(value) ? whole : ` ${name}="${value.replace(/-?\d*\.\d+/g, tenth)}"`;
    });

/** Of a path: whether its steps are each from where the last one ended, so that what is lost by one is lost by all that follow. */
const adds = (path: string) => path.split('M').some((part) => /[mlcsqta]/.test(part) || (part.match(/[hv]/g)?.length ?? 0) > 4);

/** As short as it is read: "12.04" is 12, "-0.0" is 0. */
const tenth = (written: string) => String(Number(Number(written).toFixed(1)) || 0);
