declare module 'selenium-webdriver' {
  type Locator = object;
  interface Element {
    click(): Promise<void>;
  }
  interface Rect {
    x: number;
    y: number;
    width: number;
    height: number;
  }
  interface WebDriver {
    get(address: string): Promise<void>;
    findElement(locator: Locator): Element & Promise<Element>;
    wait(condition: () => Promise<boolean>, timeout: number): Promise<boolean>;
    executeScript<T>(script: (...given: never[]) => T | Promise<T>, ...given: unknown[]): Promise<T>;
    switchTo(): { frame(element: Element): Promise<void>; defaultContent(): Promise<void> };
    actions(): { sendKeys(...keys: string[]): { perform(): Promise<void> } };
    manage(): { window(): { getRect(): Promise<Rect>; setRect(rect: Rect): Promise<Rect> } };
    getCapabilities(): Promise<Capabilities>;
    quit(): Promise<void>;
  }
  export class Capabilities {
    constructor(given: Record<string, unknown>);
    get(name: string): unknown;
  }
  export class Builder {
    disableEnvironmentOverrides(): this;
    usingServer(url: string): this;
    withCapabilities(capabilities: Capabilities): this;
    build(): Promise<WebDriver>;
  }
  export const By: { css(selector: string): Locator };
  export const Key: Record<string, string>;
}
