/**
 * What a node tells of itself beside its spectrum: how its chips listen, how warm it is and what it draws,
 * how its radios bear on each other, and by how much each is off.
 */
import { Overheard } from '#edge/coordination/overheard.ts';
import { Teller } from '#edge/coordination/teller.ts';
import { chipTemperatureC } from '#edge/uplink/chip-temperature.ts';
import { FalseAlarms } from '#edge/uplink/false-alarms.ts';
import { PowerWatch } from '#edge/uplink/power.ts';
import { SettingsWatch } from '#edge/uplink/settings-watch.ts';
import { ThermalWatch } from '#edge/uplink/thermal.ts';
import { type Clock, US_PER_MS } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import type { Draft } from '#protocols/telemetry/record.ts';
import { type EdgeConfig, type EdgeRadio, isReal } from './config.ts';

export interface SelfReportParts {
  readonly clock: Clock;
  /** By radio. */
  readonly drivers: ReadonlyMap<string, Driver>;
  /** May throw, for what cannot be told. */
  readonly put: (actor: string, draft: Draft) => void;
  readonly say: (line: string) => void;
}

export class SelfReport {
  /** The same drivers, overheard. */
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly #first: string | undefined;
  readonly #settings: SettingsWatch;
  readonly #alarms: FalseAlarms;
  readonly #thermal: ThermalWatch;
  readonly #power: PowerWatch;
  readonly #teller: Teller;

  constructor({ node, radios, neighbours }: EdgeConfig, parts: SelfReportParts) {
    const { clock, drivers, put, say } = parts;
    const roundMs = neighbours / US_PER_MS;
    const overheard = new Overheard({ clock, node, roundMs });
    this.#alarms = new FalseAlarms(clock);
    this.drivers = new Map(
      radios.map(({ id, antennaGainDbi, cableLossDb }) => {
        const driver = this.#alarms.watch(id, drivers.get(id)!);
        return [id, overheard.listen(id, driver, { antennaGainDbi, cableLossDb })];
      }),
    );
    this.#first = radios[0]?.id;
    this.#settings = new SettingsWatch(this.drivers);
    this.#thermal = new ThermalWatch(clock);
    this.#power = new PowerWatch(clock);
    this.#teller = new Teller({
      clock,
      surroundings: () => overheard.surroundings(),
      chipC: (radio) => chipC(radios.find(({ id }) => id === radio)),
      firstMs: 2 * roundMs,
      put(actor, draft) {
        // What cannot be told must not stop what is told next.
        try {
          put(actor, draft);
        } catch (error) {
          say(`${actor}: not told: ${(error as Error).message}`);
        }
      },
    });
  }

  /** Of a radio; the machine has one temperature and one supply, so its first radio tells them. */
  metrics(radio: string): Partial<Metrics> {
    const dfsFalseAlarmsPerDay = this.#alarms.perDay(radio);
    return {
      ...this.#settings.take(radio),
      ...(dfsFalseAlarmsPerDay === undefined ? {} : { dfsFalseAlarmsPerDay }),
      ...(radio === this.#first ? { ...this.#thermal.take(), ...this.#power.take() } : {}),
    };
  }

  /** The hottest of the machine's zones now, °C. */
  hottest(): number | undefined {
    return this.#thermal.hottest();
  }

  stop(): void {
    this.#teller.stop();
    this.#thermal.stop();
    this.#power.stop();
  }
}

function chipC(radio: EdgeRadio | undefined): number | undefined {
  if (radio === undefined || !isReal(radio)) return undefined;
  return chipTemperatureC(radio.driver.slice(radio.driver.indexOf(':') + 1));
}
