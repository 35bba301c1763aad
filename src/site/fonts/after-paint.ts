// Styles that only what lies below the first window needs count once the first paint has been made. The faces of formulas are fetched once the page
// has come: a browser would ask for them when it lays a formula out, which a reader who jumps sees, and sees it laid out anew when they come.
const ask = () => {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[data-after-paint]')) link.media = 'all';
};
if (PerformanceObserver.supportedEntryTypes.includes('paint'))
  new PerformanceObserver((_, observer) => {
    observer.disconnect();
    ask();
  }).observe({ type: 'paint', buffered: true });
else ask();

addEventListener('load', () => {
  if (!document.querySelector('.katex-html')) return;
  const classes = [...document.querySelectorAll('.katex-html [class*=delim]')].map(({ className }) => className).join(' ');
  const sizes = new Set(classes.match(/delim(sizing |-)size\d/g)?.map((size) => `1em KaTeX_Size${size.at(-1)}`));
  for (const face of ['1em KaTeX_Main', 'italic 1em KaTeX_Math', ...sizes]) document.fonts.load(face).catch(() => {});
});
