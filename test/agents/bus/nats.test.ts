import { setTimeout as pause } from 'node:timers/promises';
import { startBrokers } from './brokers.ts';
import { type BusWorld, conformance } from './conformance.ts';
import { until } from './wait.ts';

conformance('the bus over NATS', async (): Promise<BusWorld> => {
  const brokers = await startBrokers({ nodes: ['ap1', 'ap2'] });
  return {
    connect: (client, domain) => brokers.connect(client, domain),
    until,
    pass: (ms) => pause(ms),
    setLink: (node, state) => {
      const wire = brokers.wires.get(node)!;
      if (state === 'down') wire.cut();
      else wire.restore();
    },
    stop: () => brokers.stop(),
  };
});
