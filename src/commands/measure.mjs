/**
 * measure(page, origin, paths, widths): for each width, how tall the content of each of these embed pages is in a frame so wide.
 * A list of widths for each path; heights in whole pixels, rounded up.
 */
export async function measure(page, origin, paths, widths) {
  const host = new URL('/frames-to-measure', origin).href;
  await page.route(host, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Frames</title>' }));
  await page.goto(host);
  const heights = await page.evaluate(inFrames, { paths, widths });
  await page.unroute(host);
  return heights;
}

/** Runs in a page of the site's own origin. The frames lie over one another, so that all are in view and awake. */
async function inFrames({ paths, widths }) {
  const open = async (src) => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'position:absolute;top:0;left:0;border:0;height:9000px;visibility:hidden';
    frame.src = src;
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    const inside = frame.contentDocument;
    const begun = Date.now();
    while (!inside.querySelector('[data-live]') || inside.querySelector('[aria-busy=true]')) {
      if (Date.now() - begun > 20_000) throw new Error(`${src} does not come alive`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await inside.fonts.ready;
    return frame;
  };
  const frames = await Promise.all(paths.map(open));
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const heights = frames.map(() => []);
  for (const width of widths) {
    for (const frame of frames) frame.style.width = `${width}px`;
    // Wide panels measure themselves and are drawn anew.
    await drawn();
    frames.forEach((frame, i) => heights[i].push(Math.ceil(frame.contentDocument.querySelector('main').getBoundingClientRect().height)));
  }
  return heights;
}
