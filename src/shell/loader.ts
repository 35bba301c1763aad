// The only script of a page until a figure nears the viewport.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      import('./mount').then(
        ({ wake }) => wake(target as HTMLElement),
        () => target.setAttribute('data-failed', ''),
      );
    }
  },
  { rootMargin: '300px' },
);
for (const figure of document.querySelectorAll('[data-figure]')) near.observe(figure);
