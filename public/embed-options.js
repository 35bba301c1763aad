// How the embed looks, from its query: read before the first paint, so that nothing flashes.
(function () {
  var asked = new URLSearchParams(location.search.slice(0, 2000));
  var scheme = asked.get('scheme');
  if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset.scheme = scheme;
  if (asked.get('type') === 'large') document.documentElement.dataset.type = 'large';
})();
