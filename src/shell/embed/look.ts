import { asked } from './options';

// Inlined into the head of an embed: what the query says about the look is set before the first paint, so that nothing flashes.
const { hide, from: _from, to: _to, ...look } = asked(location.search);
Object.assign(document.documentElement.dataset, look);
document.documentElement.dataset.hide = hide.join(' ');
// The font is in the file; asked for here, after the styles and before the first paint, it is there when the first line is set, and no line
// breaks elsewhere a moment later.
for (const font of document.fonts) font.load().catch(() => {});
