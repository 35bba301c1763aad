// Asks for the service worker once the page has loaded, and tells it what the page loaded before it was there.
// Where the browser refuses (a private window, a sandbox) the page is as it would be without.
const keep = () =>
  navigator.serviceWorker.controller?.postMessage({ keep: performance.getEntriesByType('resource').map(({ name }) => name) });

addEventListener('load', () => {
  try {
    if (!import.meta.env.PROD || self !== top) return;
    navigator.serviceWorker.addEventListener('controllerchange', keep);
    keep();
    navigator.serviceWorker.register('/sw.js').catch(() => {});
  } catch {
    // No worker here.
  }
});
