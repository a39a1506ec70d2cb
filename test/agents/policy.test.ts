import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place, PortContext, ToolHandler } from '#agents/body.ts';
import { pending } from '#agents/body.ts';
import { POLICY_WAIT_MS, PolicyDesk, policyBody, policyPorts } from '#agents/policy.ts';
import { FEATURE_VERSION } from '#agents/policy-net/features.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { policyMachine, RADIOS_AT_ONCE } from '#machines/policy.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import type * as tools from '#protocols/tools/policy.ts';
import { startChart } from '../machines/start-chart.ts';
import { drawnSite, drawnWeights } from './policy-net/drawn.ts';

type Scored = ToolOutput<typeof tools.evaluate>;

const [first, second] = ['a', 'b'].map((letter) => {
  const card = {
    modelSha256: letter.repeat(64),
    featureVersion: FEATURE_VERSION,
    temperature: 0.15,
    usable: letter === 'a',
    because: `Model ${letter}.`,
  };
  return { hash: card.modelSha256, card, net: new PolicyNet(drawnWeights(letter)) };
}) as [PolicyModelOf, PolicyModelOf];
type PolicyModelOf = ConstructorParameters<typeof PolicyDesk>[0][number];

const asked = (seed: string, radios = 4, model = first) => {
  const site = drawnSite(seed, radios, 3);
  return {
    modelHash: model.hash,
    featureVersion: FEATURE_VERSION,
    radios: site.radios.map(({ id, features }) => ({ id, features: [...features] })),
    edges: site.edges.map(([one, other, weight]) => [one, other, weight]),
  };
};

test('calls that come together are worked off together, and each gets the scores of its own radios', () => {
  const policy = startPolicy([first]);
  const sites = ['one', 'two', 'three'].map((seed, at) => asked(seed, 3 + at));
  const calls = sites.map((site) => policy.ask(site));
  assert.deepEqual(policy.answered(), []);
  policy.work();

  const answers = policy.answered();
  assert.deepEqual(
    answers.map(({ callId }) => callId),
    calls,
  );
  answers.forEach(({ outcome }, at) => {
    assert(outcome.ok);
    const { scores, together, modelHash } = outcome.value as Scored;
    const expected = first.net.scores(new PolicyInput(sites[at] as never));
    assert.deepEqual(
      scores.flatMap((one) => one.scores),
      [...expected],
    );
    assert.deepEqual(
      scores.map(({ id }) => id),
      sites[at]!.radios.map(({ id }) => id),
    );
    assert.equal(together, sites[at]!.radios.length / 12);
    assert.equal(modelHash, first.hash);
  });
});

test('what comes while others are worked off waits its own moment', () => {
  const policy = startPolicy([first]);
  policy.ask(asked('one'));
  policy.chart.pass(POLICY_WAIT_MS);
  policy.ask(asked('two'));
  policy.finish();
  assert.equal(policy.answered().length, 1);
  policy.work();
  assert.equal(policy.answered().length, 2);
});

test('when enough wait they wait no longer', () => {
  const policy = startPolicy([first]);
  policy.ask(asked('one', 6));
  policy.chart.send({ type: 'evaluation.requested', callId: 'many', radios: RADIOS_AT_ONCE });
  assert.deepEqual(policy.chart.asked(), ['evaluate']);
});

test('a call for another model, version or form is refused by name, and holds up nobody', () => {
  const policy = startPolicy([first]);
  const site = asked('one');
  const refusals: [string, object][] = [
    ['other_model', { ...site, modelHash: second.hash }],
    ['other_features', { ...site, featureVersion: FEATURE_VERSION + 1 }],
    ['other_features', { ...site, radios: [{ id: 'x', features: [1, 2, 3] }], edges: [] }],
    [
      'other_features',
      { ...site, radios: site.radios.map((one) => ({ ...one, features: one.features.slice(1) })) },
    ],
    ['bad_edge', { ...site, edges: [[0, 4, 1]] }],
    ['bad_edge', { ...site, edges: [[1, 1, 1]] }],
    [
      'bad_edge',
      {
        ...site,
        edges: [
          [0, 1, 1],
          [1, 0, 1],
        ],
      },
    ],
  ];
  for (const [code, input] of refusals) {
    const outcome = policy.call('policy_evaluate', input);
    assert(outcome !== pending && !outcome.ok);
    assert.equal(outcome.error.code, code);
  }
  assert.equal(policy.chart.value(), 'idle');
  const none = startPolicy([]).call('policy_evaluate', site);
  assert(none !== pending && !none.ok);
  assert.equal(none.error.code, 'no_model');
});

test('another model is loaded by its hash, and scores from then on', () => {
  const policy = startPolicy([first, second]);
  assert.deepEqual(policy.describe().loadable, [first.hash, second.hash]);
  const loaded = policy.call('policy_load', { modelHash: second.hash });
  assert(loaded !== pending && loaded.ok);
  assert.deepEqual(loaded.value, { modelHash: second.hash, before: first.hash });
  const { modelHash, usable, because } = policy.describe();
  assert.deepEqual([modelHash, usable, because], [second.hash, false, 'Model b.']);

  policy.ask(asked('one', 4, second));
  policy.work();
  assert(policy.answered()[0]!.outcome.ok);
  const unknown = policy.call('policy_load', { modelHash: 'c'.repeat(64) });
  assert(unknown !== pending && !unknown.ok);
  assert.equal(unknown.error.code, 'unknown_model');
});

test('whoever asked before a restart is told to ask again', () => {
  const policy = startPolicy([first]);
  const callId = policy.ask(asked('one'));
  policy.desk.take(callId);
  policy.work();
  const { outcome } = policy.answered()[0]!;
  assert(!outcome.ok);
  assert.equal(outcome.error.code, 'unavailable');
});

test('an evaluation that fails answers everybody', () => {
  const policy = startPolicy([first]);
  policy.ask(asked('one'));
  policy.chart.pass(POLICY_WAIT_MS);
  policy.chart.fail('evaluate', 'the model is damaged');
  assert.deepEqual(
    policy.answered().map(({ outcome }) => outcome.ok),
    [false],
  );
  assert.equal(policy.chart.value(), 'idle');
});

/** A policy whose calls, port and time are played by hand. */
function startPolicy(models: readonly PolicyModelOf[]) {
  const desk = new PolicyDesk(models);
  const body = policyBody(desk);
  const { evaluate } = policyPorts(desk);
  const chart = startChart(policyMachine, { waitMs: POLICY_WAIT_MS });
  let calls = 0;
  const call = (name: string, input: object) => {
    const handler = body.tools.find(({ tool }) => tool.name === name) as ToolHandler;
    const made = { callId: `call-${calls++}`, caller: 'coordinator', tool: name, arguments: input };
    const place = {} as Place;
    const event = handler.event?.(made, chart.actor.getSnapshot(), place);
    if (event !== undefined) chart.send(event);
    return handler.reply(chart.actor.getSnapshot(), made, place) as
      | Outcome<unknown>
      | typeof pending;
  };
  const finish = () => {
    const input = chart.inputOf('evaluate') as { calls: readonly string[] };
    evaluate.run(input, {} as PortContext, (outcome) => {
      assert(outcome.ok);
      chart.answer('evaluate', outcome.value);
    });
  };
  return {
    desk,
    chart,
    call,
    finish,
    ask(input: object) {
      assert.equal(call('policy_evaluate', input), pending);
      return `call-${calls - 1}`;
    },
    work() {
      chart.pass(POLICY_WAIT_MS);
      finish();
    },
    answered: () =>
      chart.emitted.filter(({ type }) => type === 'call.answered') as unknown as {
        callId: string;
        outcome: Outcome<unknown>;
      }[],
    describe() {
      const outcome = call('policy_describe', {});
      assert(outcome !== pending && outcome.ok);
      return outcome.value as ToolOutput<typeof tools.describe>;
    },
  };
}
