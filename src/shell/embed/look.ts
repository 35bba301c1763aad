import { asked } from './options';

// Inlined into the head of an embed: what the query says about the look is set before the first paint, so that nothing flashes.
const { hide, from: _from, to: _to, ...look } = asked(location.search);
Object.assign(document.documentElement.dataset, look);
document.documentElement.dataset.hide = hide.join(' ');
