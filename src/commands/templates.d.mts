/** What the templates are given. */
interface Paper {
  slug: string;
  theme: string;
  title: string;
  name: string;
  headings: string[];
}
type Template = (paper: Paper) => string;
export const seed: Template;
export const mechanism: Template;
export const widget: Template;
export const view: Template;
export const check: Template;
export const test: Template;
export const prose: Template;
