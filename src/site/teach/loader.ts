import { failed } from '@/shell/failed';
import { whenNear } from '@/shell/near';

// The only script of the page until the builder, or an example that is to follow it, nears the viewport.
const builder = document.querySelector<HTMLElement>('[data-builder]')!;
let asked = false;
whenNear(document.querySelectorAll<HTMLElement>('[data-builder], [data-target]'), () => {
  if (asked) return;
  asked = true;
  import('./start').then(({ wake }) => wake(builder)).catch(() => failed(builder));
});
