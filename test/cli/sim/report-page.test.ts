import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportPage } from '#cli/sim/report-page/page.ts';
import { runScenario } from '#cli/sim/run.ts';
import { utility } from '#protocols/fare.ts';
import { parseScenario } from '#sim/scenario.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { type Element, everyElement, parseHtml, wholeText } from './parse-html.ts';
import { type Run, reported } from './reported.ts';

const office: Run = { scenario: 'office', minutes: 20 };
const officeRun = reported(office);

test('a page is well formed, asks the network for nothing and gives each id once', async () => {
  const { page } = await officeRun;

  const elements = everyElement(parseHtml(page));
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
  assert.equal(new Set(ids).size, ids.length);
  for (const { name, attributes } of elements) {
    assert(!['link', 'img', 'iframe', 'object', 'image', 'use'].includes(name), name);
    assert.equal(attributes.get('src'), undefined);
    const href = attributes.get('href');
    assert(href === undefined || (href.startsWith('#') && ids.includes(href.slice(1))), href);
    for (const key of ['aria-labelledby', 'for']) {
      const target = attributes.get(key);
      assert(target === undefined || ids.includes(target), `${key}="${target}"`);
    }
  }
  assert.doesNotMatch(page, /https?:|@import|url\(|<base/);
  const policy = elements.find(({ attributes }) =>
    attributes.get('http-equiv')?.startsWith('Content-Security'),
  );
  assert.match(policy!.attributes.get('content')!, /^default-src 'none'/);
});

test('headings go down one step at a time, each figure has a caption, a name and a table', async () => {
  const { page, data } = await officeRun;

  const root = parseHtml(page);
  const levels = everyElement(root).flatMap(({ name }) =>
    /^h[1-6]$/.test(name) ? [Number(name[1])] : [],
  );
  assert.equal(levels[0], 1);
  assert(levels.slice(1).every((level, index) => level > 1 && level <= levels[index]! + 1));
  const figures = byName(root, 'figure');
  assert(figures.length >= 9);
  for (const figure of figures) {
    const id = figure.attributes.get('id')!;
    assert.equal(byName(figure, 'figcaption').length, 1, id);
    for (const svg of byName(figure, 'svg')) {
      const isNamed = svg.attributes.get('role') === 'img' && svg.attributes.get('aria-label');
      assert(isNamed || svg.attributes.get('aria-hidden') === 'true', id);
    }
    // The list below the timeline is its table.
    const scope = id === 'lanes' ? byId(root, 'timeline') : figure;
    assert(byName(scope, 'table').length > 0, id);
    if (id !== 'lanes') assert(wholeText(figure).includes(`air: ${airOf(data)}`), id);
  }
  for (const table of byName(root, 'table')) {
    assert.equal(byName(table, 'caption').length, 1);
    for (const head of byName(table, 'th')) assert(head.attributes.has('scope'));
  }
});

test('every radio and client is there, and the figures are those of the run', async () => {
  const { page, report, data } = await officeRun;

  const root = parseHtml(page);
  const { document, result } = report;
  const embedded = JSON.parse(byId(root, 'data').text);
  assert.deepEqual(embedded.document, JSON.parse(JSON.stringify(document)));
  const radios = result.recording!.layout.site.nodes.flatMap((node) =>
    node.radios.map(({ id }) => `${node.id}/${id}`),
  );
  assert.deepEqual(embedded.radios.id, radios);
  const text = wholeText(root);
  for (const radio of radios) {
    for (const id of ['plan', 'spectrum', 'airtime']) {
      assert(wholeText(byId(root, id)).includes(radio), `${radio} in ${id}`);
    }
  }
  for (const { id } of result.recording!.layout.clients) {
    assert(wholeText(byId(root, 'throughput')).includes(`${id} `), id);
  }
  for (const { id, afterMbps } of data.neighbours) {
    assert(afterMbps !== null && wholeText(byId(root, 'throughput')).includes(id), id);
  }
  const kpi = wholeText(byId(root, 'result'));
  for (const value of [
    document.kpi.utilityMbpsBefore,
    document.kpi.utilityMbpsAfter,
    document.kpi.jainAfter,
    document.kpi.fifthPercentileMbpsAfter,
    document.kpi.changesPerRadioDay,
  ]) {
    assert(kpi.includes(value.toFixed(3)), String(value));
  }
  for (const { name, checked } of document.checkers) {
    assert.match(wholeText(byId(root, 'checkers')), new RegExp(`${name}\\s+${checked}\\s`));
  }
  assert(text.includes(document.traceHash));
  assert(text.includes(document.repeat));
  for (const { reason } of document.changes.filter(({ cause }) => cause !== 'start')) {
    assert(text.includes(reason), reason);
  }
});

test('the clients of the data have the utility of the run, before and after', async () => {
  const { data } = await officeRun;

  for (const [when, expected] of [
    ['beforeMbps', data.document.kpi.utilityMbpsBefore],
    ['afterMbps', data.document.kpi.utilityMbpsAfter],
  ] as const) {
    const fares = data.clients.map(({ id, offeredMbps, [when]: throughputMbps }) => ({
      id,
      offeredMbps,
      throughputMbps: throughputMbps!,
    }));
    assert.equal(utility(fares), expected);
  }
});

test('a run has the same trace hash and KPIs with a report and without', async () => {
  for (const run of [officeRun, reported({ scenario: 'radar', minutes: 15 })]) {
    const { settings, report } = await run;

    const { document, result } = await runScenario({ ...settings, reportFile: undefined });

    assert.equal(document.traceHash, report.document.traceHash);
    assert.deepEqual(document.kpi, report.document.kpi);
    assert.equal(result.recording, undefined);
  }
});

test('hostile names stay text', async () => {
  const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>&amp;<!--`;
  const loaded = {
    ...loadScenario('office'),
    about: evil,
    clients: [{ id: evil, at: { x: 1, y: 1, z: 1 }, radio: 'ap1/radio-1', offeredMbps: 20 }],
    neighbours: [{ ...loadScenario('office').neighbours[0]!, id: `foreign ${evil}` }],
    emitters: [
      {
        id: `emitter ${evil}`,
        at: { x: 2, y: 2, z: 2 },
        centerMhz: 2412,
        widthMhz: 16,
        eirpDbm: 20,
        duty: 1,
        from: 30_000_000,
      },
    ],
  };
  const scenario = `./${evil}.yaml`;
  const { page } = await reported({
    scenario,
    loaded: parseScenario(plain(loaded), 'test'),
    minutes: 2,
  });

  const root = parseHtml(page);
  const scripts = byName(root, 'script');
  assert.equal(scripts.length, 2);
  assert.equal(byName(root, 'img').length, 0);
  const text = wholeText(byId(root, 'throughput'));
  assert(text.includes(evil));
  assert(wholeText(byId(root, 'plan')).includes(`foreign ${evil}`));
  assert(wholeText(byId(root, 'spectrum')).includes(`emitter ${evil}`));
  assert.equal(byName(root, 'h1')[0]!.text, scenario);
  assert.equal(JSON.parse(byId(root, 'data').text).clients.id[0], evil);
});

test('a run that was ended says so, also when nothing was measured yet', async () => {
  const stop = new AbortController();
  stop.abort();
  const { page, report } = await reported({ ...office, stop: stop.signal });

  assert.equal(report.interrupted, true);
  const root = parseHtml(page);
  const header = wholeText(byName(root, 'header')[0]!);
  assert.match(header, /Interrupted/);
  assert.match(header, /The run was ended at 0:00:06 of 0:20:00/);
  assert.equal(JSON.parse(byId(root, 'data').text).before, null);
});

test('a large site is counted instead of listed, and what is left out is said', async () => {
  const { page, data } = await reported({ scenario: 'campus', minutes: 1, nodes: 150 });

  assert.equal(data.radios.length, 450);
  assert.equal(data.clients.length, 3_600);
  assert(page.length < 2_500_000, `${page.length} characters`);
  const root = parseHtml(page);
  assert.match(wholeText(byId(root, 'clients')), /The first 300 of 3600 rows, least served/);
  assert.match(wholeText(byId(root, 'plan')), /The links of 2400 clients are left out/);
  const embedded = JSON.parse(byId(root, 'data').text);
  assert.equal(embedded.clients.id.length, 3_600);
  for (const shares of [embedded.samples.servedShares, embedded.samples.busyShares]) {
    for (const index of embedded.samples.atSeconds.keys()) {
      const whole = shares.reduce((sum: number, share: number[]) => sum + share[index]!, 0);
      assert(Math.abs(whole - 1) < 0.01);
    }
  }
});

test('a city of twenty thousand nodes gives a page that opens', async () => {
  const { data } = await officeRun;
  const side = 142;
  const towns = Array.from({ length: side * side }, (_, town) => ({
    name: `n${town}`,
    shift: { x: 30 * (town % side), y: 30 * Math.floor(town / side) },
  }));
  const page = reportPage({
    ...data,
    nodes: towns.map(({ name, shift }) => ({ id: name, at: { ...shift, z: 3 }, storey: 0 })),
    radios: towns.flatMap(({ name }) =>
      data.radios.slice(0, 3).map((radio) => ({ ...radio, id: `${name}/${radio.id}`, node: name })),
    ),
    clients: towns.flatMap(({ name, shift }) =>
      data.clients.slice(0, 6).map((client) => ({
        ...client,
        id: `${name}/${client.id}`,
        radio: `${name}/${client.radio}`,
        at: { ...shift, z: 1 },
      })),
    ),
  });

  assert(page.length < 5_000_000, `${page.length} characters`);
  const plan = wholeText(byId(parseHtml(page), 'plan'));
  assert.match(plan, /40,328 radios of 5 GHz are too many for a plan/);
  assert.match(plan, /\d+ nodes: \d+ %/);
});

test('storeys have a plan each', async () => {
  const office20 = loadScenario('office');
  const nodes = office20.nodes.map((node, index) => ({
    ...node,
    at: { ...node.at, z: index < 2 ? 2.5 : 5.7 },
  }));
  const { page } = await reported({
    scenario: 'office',
    loaded: { ...office20, nodes },
    minutes: 1,
  });

  const root = parseHtml(page);
  const upper = wholeText(byId(root, 'plan-5-1'));
  assert.match(upper, /5 GHz, storey 2 of 2/);
  assert(upper.includes('ap3/radio-1') && !upper.includes('ap1/radio-1'));
});

/** As it would be read from a file: without what the schema adds. */
function plain(scenario: object): unknown {
  const { clients, neighbours, ...rest } = scenario as ReturnType<typeof loadScenario>;
  const written = JSON.parse(JSON.stringify({ ...rest, clients }));
  const channel = { band: '2.4', number: 11 };
  return {
    ...written,
    neighbours: neighbours.map((neighbour) => ({ ...neighbour, channel })),
    nodes: [
      {
        id: 'ap1',
        at: { x: 8, y: 6 },
        radios: [
          { id: 'radio-0', channel: { band: '2.4', number: 1 } },
          { id: 'radio-1', channel: { band: '5', number: 36 } },
        ],
      },
    ],
    faults: [],
  };
}

function airOf({ document }: Awaited<ReturnType<typeof reported>>['data']): string {
  return `${document.air.fidelity} ${document.air.version}`;
}

function byName(element: Element, name: string): Element[] {
  return everyElement(element).filter((one) => one.name === name);
}

function byId(element: Element, id: string): Element {
  const found = everyElement(element).find(({ attributes }) => attributes.get('id') === id);
  assert(found !== undefined, `no element with the id ${id}`);
  return found;
}
