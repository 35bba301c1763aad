import { describe, expect, it } from 'vitest';
import { modulesOf, withModules, type Script } from '@/site/modules';

const script = (file: string, source: string | undefined = undefined, imports: string[] = [], later: string[] = []): Script => ({
  file,
  sources: source ? [source] : [],
  imports,
  later,
});
const folder = 'sparse-attention/hip-attention';
const scripts = [
  script('/_astro/page.js', '/home/x/src/shell/loader.ts', ['/_astro/early.js'], ['/_astro/mount.js', '/_astro/registry.js']),
  script('/_astro/early.js'),
  script('/_astro/mount.js', '/home/x/src/shell/mount.ts', ['/_astro/core.js']),
  script('/_astro/core.js'),
  script('/_astro/registry.js', '/home/x/src/shell/registry.ts', [], ['/_astro/theme.js', '/_astro/page-worker.js']),
  script('/_astro/page-worker.js', '/home/x/src/shell/page-worker.ts', ['/_astro/comlink.js']),
  script('/_astro/comlink.js'),
  script('/_astro/worker.js', '/home/x/src/shell/worker.ts', ['/_astro/comlink.js']),
  script('/_astro/theme.js', '/home/x/src/widgets/sparse-attention/index.ts', [], ['/_astro/widget.js', '/_astro/other.js']),
  script('/_astro/widget.js', `/home/x/src/widgets/${folder}/widget.ts`, ['/_astro/mechanism.js']),
  script('/_astro/mechanism.js', undefined, ['/_astro/core.js']),
  script('/_astro/view.js', `/home/x/src/widgets/${folder}/View.svelte`, ['/_astro/mechanism.js']),
  script('/_astro/other.js', '/home/x/src/widgets/sparse-attention/longformer/widget.ts'),
];
const needed = ['mount', 'core', 'registry', 'theme', 'widget', 'mechanism', 'view'].map((name) => `/_astro/${name}.js`);

describe('the scripts that a figure needs when it comes near', () => {
  it('are its own, those of its theme and those of every figure, each once, and none that comes later', () => {
    expect(modulesOf(scripts, folder)).toEqual(needed);
    expect(() => modulesOf(scripts, 'sparse-attention/nowhere')).toThrow('nowhere/widget.ts');
  });
  it('begin with the worker and what it runs, where that computes it', () => {
    const first = ['page-worker', 'comlink', 'mount', 'core', 'worker', 'theme', 'widget', 'mechanism'];
    expect(modulesOf(scripts, folder, true)).toEqual([...first, 'registry', 'view'].map((name) => `/_astro/${name}.js`));
    const figure = `<div data-figure="{&quot;folder&quot;:&quot;${folder}&quot;,&quot;ahead&quot;:{}}">`;
    expect(withModules(`<script src="/_astro/page.js"></script>${figure}`, scripts)).toContain('data-modules="/_astro/page-worker.js ');
  });
  it('stand beside each figure of a page whose own script wakes it', () => {
    const figure = `<div data-figure="{&quot;folder&quot;:&quot;${folder}&quot;}">`;
    expect(withModules(`<script src="/_astro/page.js"></script>${figure}`, scripts)).toBe(
      `<script src="/_astro/page.js"></script><div data-modules="${needed.join(' ')}" data-figure="{&quot;folder&quot;:&quot;${folder}&quot;}">`,
    );
    expect(withModules(figure, scripts), 'a file that stands alone').toBe(figure);
  });
});
