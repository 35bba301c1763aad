// How the embed looks, from its query: read before the first paint, so that nothing flashes. Unknown words do nothing.
(function () {
  var asked = new URLSearchParams(location.search.slice(0, 2000));
  var root = document.documentElement;
  var known = {
    scheme: ['light', 'dark'],
    type: ['large'],
    controls: ['compact', 'none'],
    ground: ['none'],
  };
  for (var name in known) if (known[name].indexOf(asked.get(name)) >= 0) root.dataset[name] = asked.get(name);
  var parts = ['title', 'scenes', 'stepper', 'controls', 'tools', 'text', 'limits', 'foot'];
  var hidden = (asked.get('hide') || '').split(',').filter(function (part) {
    return parts.indexOf(part) >= 0;
  });
  if (hidden.length) root.dataset.hide = hidden.join(' ');
})();
