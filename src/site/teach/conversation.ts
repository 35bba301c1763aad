import { attribute } from '@/shell/share/code';
import { embedOf, type Chosen } from './code';

/** conversation(chosen) is a page that speaks with its figure, as an example of the messages. */
export const conversation = (
  chosen: Chosen,
): string => `<iframe id="figure" src="${attribute(embedOf(chosen))}" title="${attribute(chosen.title)}" width="100%" height="${chosen.height}"></iframe>
<p id="said"></p>
<button id="on">Step on</button>
<script>
  const frame = document.getElementById('figure');
  const say = (message) => frame.contentWindow.postMessage({ lengthwise: 1, ...message }, '*');
  addEventListener('message', ({ source, data }) => {
    if (source !== frame.contentWindow || data?.lengthwise !== 1) return;
    if (data.type === 'ready') say({ type: 'hello' });
    if (data.type === 'height') frame.height = data.height;
    if ('text' in data) document.getElementById('said').textContent = data.text;
  });
  document.getElementById('on').onclick = () => say({ type: 'step', by: 1 });
</script>`;
