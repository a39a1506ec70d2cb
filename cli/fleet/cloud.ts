/** Puts the cloud of a site together: the auditor, the twin, and the coordinator while it holds the lease. */
import { auditorBody, auditorPorts } from '#agents/auditor.ts';
import { coordinatorBody } from '#agents/coordinator.ts';
import { Host } from '#agents/host/host.ts';
import { learnerBody, learnerPorts } from '#agents/learner.ts';
import { LedgerTail } from '#agents/ledger/tail.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { openDoor } from '#agents/mcp/door.ts';
import { POLICY_WAIT_MS, PolicyDesk, policyBody, policyPorts } from '#agents/policy.ts';
import { shippedPolicy } from '#agents/policy-net/model.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { twinBody } from '#agents/twin.ts';
import { coordinatorNotes, coordinatorPorts } from '#cloud/coordinator/mind.ts';
import { takeLease } from '#cloud/lease.ts';
import { address, CLOUD } from '#protocols/ids.ts';
import { usualPolicy } from '#protocols/site-policy.ts';
import { followLedger, openLedger } from './ledger.ts';
import type { CloudParts, RunningPart } from './parts.ts';

const leaseForMs = 15_000;

export function startCloud(parts: CloudParts): RunningPart {
  let terms = 0;
  let current = begin();

  return { stop: (done) => current.stop(done), kill: () => current.kill() };

  /** A cloud that lost its lease stops where it stands, and begins again from its store. */
  function begin(): RunningPart {
    terms += 1;
    return startTerm(parts, `${parts.bootId}-${terms}`, () => {
      current.kill();
      current = begin();
    });
  }
}

/** The cloud from one start to the loss of its lease. `term` names it. */
function startTerm(parts: CloudParts, term: string, onLost: () => void): RunningPart {
  const { site, bus, clock, random, keyring, auditorSigner, coordinatorSigner, cloudSigner } =
    parts;
  const { sitePolicy = usualPolicy } = parts;
  const gate = createGate({ keyring, selfSigner: cloudSigner });
  const caller = createCaller({ bus, clock, random: random.fork(`caller/${term}`), site });
  const ledger = openLedger(parts, CLOUD, cloudSigner);
  const host = new Host({ ...parts, node: CLOUD, caller, ledger });
  const tail = new LedgerTail(keyring);
  const entries = followLedger(parts, `tail-${term}`, undefined, (entry, writer) =>
    tail.take(entry, writer),
  );
  host.start({
    body: auditorBody({
      signer: auditorSigner,
      regdb: shippedRegdb(),
      tail,
      policy: parts.policy,
      doubted: () => host.health().doubted,
    }),
    actor: 'auditor',
    input: { address: address(site, CLOUD, 'auditor') },
    ports: auditorPorts({ tail }),
  });
  host.start({ body: twinBody, actor: 'twin', input: {}, ports: { reckon: parts.twin.reckon } });
  if (parts.learner !== undefined) {
    const { modelHash, roundPeriodMs } = parts.learner;
    host.start({
      body: learnerBody(parts.learner),
      actor: 'learner',
      input: { address: address(site, CLOUD, 'learner'), modelHash, roundPeriodMs },
      ports: learnerPorts(parts.learner),
    });
  }
  const shipped = shippedPolicy();
  const desk = new PolicyDesk(shipped.ok ? [shipped.value] : []);
  host.start({
    body: policyBody(desk),
    actor: 'policy',
    input: { waitMs: POLICY_WAIT_MS },
    ports: policyPorts(desk),
  });
  const coordinator = address(site, CLOUD, 'coordinator');
  const lease = takeLease({
    bus,
    clock,
    key: `coordinator-${site}`,
    holder: term,
    forMs: leaseForMs,
    onHeld: startCoordinator,
    onLost,
  });
  const door = openDoor({ host, bus, gate, clock, clockTrusted: parts.clockTrusted });

  return {
    stop(done) {
      lease.release();
      entries.close();
      door.close();
      host.drain(() => {
        kill();
        done();
      });
    },
    kill,
  };

  function kill(): void {
    lease.abandon();
    entries.close();
    door.close();
    caller.close();
    host.halt();
  }

  function startCoordinator(): void {
    host.start({
      body: coordinatorBody(coordinatorNotes, sitePolicy),
      actor: 'coordinator',
      input: {
        address: coordinator,
        auditor: address(site, CLOUD, 'auditor'),
        twin: address(site, CLOUD, 'twin'),
        strategy: parts.strategy,
        planPeriodMs: parts.planPeriodMs,
        reactMs: parts.reactMs,
        settleMs: parts.settleMs,
      },
      ports: coordinatorPorts({ signer: coordinatorSigner, policy: sitePolicy, legalChannels }),
    });
  }
}
