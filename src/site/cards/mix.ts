type Triple = readonly [number, number, number];

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const encoded = (v: number): number => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** fromHex('#7cc0f5') is linear red, green and blue, each of 0 to 1. */
export function fromHex(hex: string): Triple {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((d) => d + d).join('') : hex.slice(1);
  return [0, 2, 4].map((i) => linear(parseInt(digits.slice(i, i + 2), 16) / 255)) as unknown as Triple;
}

const toHex = (rgb: Triple): string =>
  `#${rgb
    .map((v) =>
      Math.round(255 * encoded(Math.min(1, Math.max(0, v))))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** toLab(rgb) is Ottosson's Oklab of linear RGB, as CSS defines it. */
export function toLab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([light, a, b]: Triple): Triple {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** mix(a, b, share) is color-mix(in oklab, a share, b) of two colours in hexadecimal. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [toLab(fromHex(a)), toLab(fromHex(b))];
  return toHex(fromLab(from.map((v, i) => share * v + (1 - share) * to[i]!) as unknown as Triple));
}
