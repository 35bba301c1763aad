// A notebook in the form in which Observable exports one: cells with their inputs by name.
export default function define(runtime, observer) {
  const main = runtime.module();
  const cell = (name, inputs, body) => main.variable(observer(name)).define(name, inputs, body);
  cell(
    'title',
    ['md'],
    (md) => md`
# Temperature of a softmax

The lower the temperature, the more of the weight goes to the largest score.
    `,
  );
  main
    .variable(observer('viewof temperature'))
    .define('viewof temperature', ['Inputs'], (Inputs) => Inputs.range([0.1, 4], { step: 0.1, value: 1, label: 'Temperature' }));
  main
    .variable(observer('temperature'))
    .define('temperature', ['Generators', 'viewof temperature'], (Generators, view) => Generators.input(view));
  cell('weights', ['temperature'], (temperature) => {
    const powers = Array.from({ length: 32 }, (_, i) => Math.exp(Math.sin(i * 1.7) / temperature));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power, i) => ({ token: i, weight: power / sum }));
  });
  cell('picture', ['Plot', 'weights'], (Plot, weights) =>
    Plot.plot({ y: { grid: true, domain: [0, 1] }, marks: [Plot.barY(weights, { x: 'token', y: 'weight' }), Plot.ruleY([0])] }),
  );
  return main;
}
