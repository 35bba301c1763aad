// Styles that only what lies below the first window needs count once the first paint has been made.
const ask = () => {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[data-after-paint]')) link.media = 'all';
};
if (PerformanceObserver.supportedEntryTypes.includes('paint'))
  new PerformanceObserver((_, observer) => {
    observer.disconnect();
    ask();
  }).observe({ type: 'paint', buffered: true });
else ask();
