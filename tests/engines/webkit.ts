import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { Builder, By, Capabilities, Key, type WebDriver } from 'selenium-webdriver';
import type { Page } from './driver';

/** A display that nobody sees, by its number: the one browser of WebKitGTK's driver has no other way to run without a screen. */
async function display(): Promise<[ChildProcess, string]> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise((resolve, reject) => {
    (server.stdio[3] as Readable).once('data', resolve);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return [server, `:${String(number).trim()}`];
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The driver listens a moment after it was started. */
async function session(port: number): Promise<WebDriver> {
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/status`).catch(() => undefined);
    if (answer?.ok) break;
    if (tries > 100) throw new Error('WebKit’s driver does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const capabilities = new Capabilities({ browserName: 'MiniBrowser' });
  return new Builder().disableEnvironmentOverrides().usingServer(url).withCapabilities(capabilities).build();
}

/** start(path of the driver) opens a page in WebKitGTK. */
export async function start(path: string): Promise<Page> {
  const [screen, name] = await display();
  const port = await freePort();
  // Its sandbox does not start for root, nor in containers; it is shown nothing but the site.
  const env = { ...process.env, DISPLAY: name, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
  const driver = spawn(path, [`--port=${port}`], { stdio: 'ignore', env });
  const end = () => [driver, screen].forEach((one) => one.kill());
  process.once('exit', end);
  const browser = await session(port);
  const size = () => browser.executeScript<[number, number]>(() => [innerWidth, innerHeight]);
  return {
    version: `WebKitGTK ${(await browser.getCapabilities()).get('browserVersion')}`,
    open: async (address) => {
      await browser.switchTo().defaultContent();
      await browser.get(address);
    },
    enter: async (selector) => browser.switchTo().frame(await browser.findElement(By.css(selector))),
    leave: () => browser.switchTo().defaultContent(),
    evaluate: (act, ...given) => browser.executeScript(act as () => never, ...given),
    click: async (selector) => browser.findElement(By.css(selector)).click(),
    press: (key) =>
      browser
        .actions()
        .sendKeys(Key[key.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()] ?? key)
        .perform(),
    viewport: async (width, height) => {
      await browser.switchTo().defaultContent();
      const window = browser.manage().window();
      const [, inner] = await size();
      const { height: outer } = await window.getRect();
      await window.setRect({ x: 0, y: 0, width, height: height + outer - inner });
      // The driver answers when the window was asked to change; the page learns its size a little later.
      const fits = async () => String(await size()) === String([width, height]);
      await browser.wait(fits, 5000).catch(async () => {
        throw new Error(`WebKit’s window cannot be ${width} by ${height}, it is ${await size()}`);
      });
    },
    close: async () => {
      await browser.quit();
      end();
    },
  };
}
