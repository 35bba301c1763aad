/** What the tests ask of a browser, whatever its engine: one window, and in it a page or one of its frames. */
export interface Page {
  /** The engine's name and version. */
  readonly version: string;
  /** Goes to an address and waits until it is loaded. */
  open(address: string): Promise<void>;
  /** Whatever follows happens in this frame, until `leave` or the next `open`. */
  enter(selector: string): Promise<void>;
  leave(): Promise<void>;
  /** Runs a function in the page; what it is given and gives back is JSON. */
  evaluate<T, A extends unknown[]>(act: (...given: A) => T | Promise<T>, ...given: A): Promise<T>;
  /** A real click, scrolled to before. */
  click(selector: string): Promise<void>;
  /** A real key, by its name: "Home", "ArrowRight". It goes to what has the focus. */
  press(key: string): Promise<void>;
  viewport(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

/** Where each engine is asked for, and how its browser is started. A browser that the environment does not name is not to be had. */
export const engines = {
  Chromium: { path: process.env.CHROMIUM, start: async (path: string) => (await import('./puppeteer')).start('chrome', path) },
  Firefox: { path: process.env.FIREFOX, start: async (path: string) => (await import('./puppeteer')).start('firefox', path) },
  WebKit: { path: process.env.WEBKIT, start: async (path: string) => (await import('./webkit')).start(path) },
};
export type Engine = keyof typeof engines;
