/** What a page or a frame did, written down from before its own scripts ran. */
export interface Heard {
  errors: string[];
  /** How often workers answered. */
  answers: number;
  /** Whether anything was put into storage. */
  stored: boolean;
}

function listen() {
  const heard: Heard = { errors: [], answers: 0, stored: false };
  Object.assign(window, { heard });
  // Of what cannot be loaded only an element speaks, and its event does not bubble.
  window.addEventListener(
    'error',
    (event) => {
      const { target, message } = event;
      // By its standard no more than word that the rest comes with the next frame.
      if (message?.startsWith('ResizeObserver loop')) return;
      // A hint to fetch early. Firefox reports one for what is there already; the import itself speaks where that fails.
      if (target instanceof HTMLLinkElement && target.rel === 'modulepreload') return;
      heard.errors.push(target instanceof Element ? `not loaded: ${target.outerHTML.slice(0, 200)}` : `threw: ${message}`);
    },
    true,
  );
  window.addEventListener('unhandledrejection', (event) => heard.errors.push(`rejected: ${String(event.reason)}`));
  document.addEventListener('securitypolicyviolation', (event) => heard.errors.push(`not allowed: ${event.blockedURI}`));
  const { error } = console;
  console.error = (...said: unknown[]) => {
    heard.errors.push(`logged: ${said.map(String).join(' ')}`);
    error(...said);
  };
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', () => heard.answers++);
      this.addEventListener('error', (event) => heard.errors.push(`a worker threw: ${event.message}`));
    }
  };
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (...pair) {
    heard.stored = true;
    setItem.apply(this, pair);
  };
}

/**
 * withEars(html) is the page with a first script that listens. Not every driver can run one before a page's own, so all engines get
 * it in the page: first in its head, where no policy of the page's binds it yet, and with the encoding, which must stand near the top.
 */
export function withEars(html: string): string {
  const head = /<head\b[^>]*>/;
  if (!head.test(html)) throw new Error(`There is no head to put a script in: ${html.slice(0, 200)}`);
  return html.replace(head, (tag) => `${tag}<meta charset="utf-8"><script>(${listen})()</script>`);
}
