import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { chromium, withPage } from './browser.ts';
import { reported } from './reported.ts';

/** What makes the page wider than its window: whatever is not in a part that scrolls by itself. */
const sticksOut = `document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter((one) => !one.closest('.scroll') && one.getBoundingClientRect().right > window.innerWidth)
    .map((one) => one.outerHTML.slice(0, 80))`;

const skip = chromium === undefined ? 'there is no Chromium here' : false;

test('a browser opens the page without a complaint, and the slider moves the plans', {
  skip,
}, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'airguard-report-'));
  const file = path.join(folder, 'office.html');
  const { page, data } = await reported({ scenario: 'office', minutes: 20 });
  fs.writeFileSync(file, page);
  try {
    await withPage(file, async ({ complaints, evaluate, setWidth }) => {
      const index = data.radios.findIndex(({ id }) => id === 'ap1/radio-0');
      const shown = `document.querySelector('[data-r="${index}"] text').textContent`;
      assert.equal(await evaluate(`document.getElementById('time').hidden`), false);
      assert.equal(await evaluate(shown), '6');
      assert.equal(await evaluate(`document.querySelector('.now').hasAttribute('hidden')`), true);

      await evaluate(
        `const slider = document.getElementById('time-at'); slider.value = 3; slider.dispatchEvent(new Event('input'))`,
      );

      assert.equal(await evaluate(`document.getElementById('time-is').textContent`), '0:04:00');
      assert.equal(await evaluate(shown), '1');
      assert.equal(await evaluate(`document.querySelector('.now').hasAttribute('hidden')`), false);
      for (const pixels of [360, 600, 800, 1280]) {
        await setWidth(pixels);
        assert.deepEqual(await evaluate(sticksOut), [], `nothing sticks out at ${pixels} pixels`);
      }
      assert.deepEqual(complaints, []);
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
