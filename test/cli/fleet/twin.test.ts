import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortContext } from '#agents/body.ts';
import type { TwinParts } from '#agents/twin.ts';
import { twinBody } from '#agents/twin.ts';
import { twinInWorld } from '#cli/fleet/twin-in-world.ts';
import { openTwinThread } from '#cli/live/twin-thread.ts';
import type { Outcome } from '#protocols/errors.ts';
import { isGranted } from '#protocols/roles.ts';
import { evaluate, scoreDecision } from '#protocols/tools/twin.ts';
import { answerTakesUs } from '#sim/twin/answer.ts';
import { evaluatePlans } from '#sim/twin/evaluate.ts';
import { Rig } from '../../agents/host/rig.ts';
import { channels, randomSite, reportsOf } from '../../sim/twin/random-site.ts';

const input = request();

test('the twin of a world answers after the time that it takes, with what it would answer anywhere', () => {
  const twin = started();
  const answers = twin.call(evaluate.name, input);
  const takesMs = answerTakesUs({ callId: '', tool: evaluate.name, arguments: input }) / 1_000;
  twin.rig.run(takesMs - 1);
  assert.deepEqual(answers, []);
  twin.rig.run(2);
  const value = evaluatePlans(input, { maxCost: 1e9 });
  assert.deepEqual(answers, [{ ok: true, value }]);
  assert(evaluate.output.safeParse(value).success);
});

test('reports that do not fit and questions that are too much are refused, in one clear line', () => {
  const twin = started();
  const { reports, candidates } = input;
  const wrong = twin.call(evaluate.name, { ...input, reports: reports.slice(0, -1) });
  const many = Array.from({ length: 256 }, (_, at) => ({ ...candidates[0]!, id: `plan-${at}` }));
  const clients = Array.from({ length: 800 }, (_, at) => {
    return { id: `more-${at}`, rssiDbm: -60, offeredMbps: 1, throughputMbps: 1 };
  });
  const wide = [{ ...reports[0]!, clients }, ...reports.slice(1)];
  const much = { ...input, reports: wide, candidates: many, draws: 256 };
  const tooMuch = twin.call(evaluate.name, much);
  const score = { before: reports, after: reports, settings: candidates[0]!.settings };
  const fine = twin.call(scoreDecision.name, { ...score, draws: 2, confidence: 0.95, seed: 1 });
  twin.rig.run(300_000);
  assert.match(hintOf(wrong), /^bad_reports: .*heard .*, one of ours: expected a report of it/);
  assert.match(hintOf(tooMuch), /^too_much: expected at most \d+ links .*: ask for fewer/);
  assert(fine[0]?.ok && scoreDecision.output.safeParse(fine[0].value).success);
});

test('as many questions wait as can, and the next is told to come again', () => {
  const twin = started();
  const asked = Array.from({ length: 6 }, () => twin.call(evaluate.name, input));
  assert.deepEqual(
    asked.map((answers) => (answers.length === 0 ? 'waits' : hintOf(answers).slice(0, 5))),
    ['waits', 'waits', 'waits', 'waits', 'busy:', 'busy:'],
  );
  twin.rig.run(60_000);
  assert(asked.every((answers) => answers.length === 1));
});

test('a thread of its own gives the same answer, and a broken question costs that question alone', async () => {
  const twin = openTwinThread();
  const ask = (tool: string) =>
    new Promise((resolve) =>
      twin.reckon.run({ callId: 'a', tool, arguments: input } as never, {} as PortContext, resolve),
    );
  const broken = (await ask('twin_guess')) as { ok: boolean; error: { code: string } };
  const answer = await ask(evaluate.name);
  twin.close();
  assert.deepEqual([broken.ok, broken.error.code], [false, 'unavailable']);
  assert.deepEqual(answer, { ok: true, value: evaluatePlans(input, { maxCost: 1e9 }) });
});

test('coordinator and operator may ask the twin, and no node may', () => {
  for (const tool of [evaluate.name, scoreDecision.name]) {
    assert.deepEqual(
      ['coordinator', 'operator', 'ap1', 'auditor'].map((caller) => isGranted(caller, tool)),
      [true, true, false, false],
    );
  }
});

function started(parts: TwinParts = twinInWorld) {
  const rig = new Rig();
  const host = rig.host();
  const at = host.start({
    body: twinBody,
    actor: 'twin',
    input: {},
    ports: { reckon: parts.reckon },
  });
  let calls = 0;
  return {
    rig,
    call(tool: string, given: unknown) {
      calls += 1;
      const answers: Outcome<unknown>[] = [];
      const call = { callId: `call-${calls}`, caller: 'coordinator', tool, arguments: given };
      host.invoke(at, { call }, (outcome) => answers.push(outcome));
      return answers;
    },
  };
}

function hintOf([answer]: readonly Outcome<unknown>[]): string {
  assert(answer !== undefined && !answer.ok);
  return `${answer.error.code}: ${answer.error.hint}`;
}

function request() {
  const { air, ours } = randomSite(4, { aps: 4, clientsPerAp: 2, foreign: 1 });
  const settings = [{ radio: ours[0]!, channel: channels[1]!, eirpDbm: 18 }];
  const candidates = [{ id: 'plan', settings }];
  return { reports: reportsOf(air, ours), candidates, draws: 4, confidence: 0.95, seed: 1 };
}
