/**
 * What runs in the page: the slider of time. It moves the plans of “after” to one sample and draws a
 * line at it into every chart over time. Without it the page lacks nothing else.
 */
export const script = `
(() => {
  const slider = document.getElementById('time-at');
  if (!slider) return;
  const data = JSON.parse(document.getElementById('data').textContent);
  const { samples, radios, clients, channels } = data;
  const output = document.getElementById('time-is');
  const two = (value) => String(value).padStart(2, '0');
  const time = (seconds) => {
    const whole = Math.round(seconds);
    return Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
  };
  const silent = { colour: 'var(--soft)', hollow: true, label: '–' };
  const inkOn = ({ colour, hollow }) =>
    hollow ? 'var(--ink)' : colour === '#0072b2' ? '#fff' : '#111';
  const show = () => {
    const at = Number(slider.value);
    const isAfter = at === samples.atSeconds.length;
    const text = isAfter ? 'after, on average' : time(samples.atSeconds[at]);
    output.textContent = text;
    slider.setAttribute('aria-valuetext', text);
    const channelOf = (radio) => {
      return (isAfter
        ? channels.find(({ key }) => key === radios.after.channel[radio])
        : channels[samples.radioChannel[radio][at]]) || silent;
    };
    for (const group of document.querySelectorAll('[data-r]')) {
      const channel = channelOf(group.dataset.r);
      const box = group.querySelector('rect:not(.ring)');
      box.setAttribute('fill', channel.hollow ? 'var(--paper)' : channel.colour);
      box.setAttribute('stroke', channel.colour);
      const ring = group.querySelector('.ring');
      if (ring) ring.style.visibility = isAfter ? '' : 'hidden';
      const number = group.querySelector('text');
      if (number) {
        number.textContent = channel.label;
        number.style.fill = inkOn(channel);
      }
    }
    for (const group of document.querySelectorAll('[data-c]')) {
      const client = group.dataset.c;
      const mbps = (isAfter ? clients.afterMbps[client] : samples.clientMbps[client][at]) || 0;
      const line = group.querySelector('line');
      line.setAttribute('stroke', channelOf(group.dataset.of).colour);
      line.setAttribute('stroke-width', (0.8 + Number(group.dataset.per) * mbps).toFixed(1));
      line.classList.toggle('lost', mbps < clients.offeredMbps[client] / 10);
    }
    for (const line of document.querySelectorAll('.now')) {
      line.toggleAttribute('hidden', isAfter);
      const from = Number(line.dataset.from);
      const until = Number(line.dataset.until);
      const x = isAfter ? 0 : from + ((until - from) * samples.atSeconds[at]) / data.document.virtualSeconds;
      line.setAttribute('x1', x);
      line.setAttribute('x2', x);
    }
    for (const title of document.querySelectorAll('[data-live]')) {
      title.dataset.live ||= title.textContent;
      title.textContent = isAfter ? title.dataset.live : 'At ' + text;
    }
  };
  slider.addEventListener('input', show);
  document.getElementById('time').hidden = false;
})();
`;
