/**
 * Drives a real radio of the ath families: `ath11k:phy0`, `ath10k:phy0`, `ath9k:phy0`. hostapd runs
 * the access point and the kernel listens for radar; both are told what to do and asked what is so.
 * It never sends a frame of its own.
 */
import type { NeighbourReport, StationReport, SurveyReport } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type {
  ChipSettings,
  Done,
  Driver,
  DriverError,
  DriverEvent,
  RadioCapabilities,
  RadioState,
  SpectrumRequest,
  SpectrumStream,
} from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { DriverSite } from '../entry.ts';
import { LoadTicker } from '../load-ticker.ts';
import { AccessPoint, inOrder, type Standing } from './access-point.ts';
import { beyondLimits } from './channel-check.ts';
import { readSettings } from './chip-settings.ts';
import type { Family } from './chips.ts';
import { parseEvent, radarBlock } from './hostapd.ts';
import { identify, type PhyFacts } from './identify.ts';
import { parseScan } from './iw-scan.ts';
import { Measures } from './measures.ts';
import { guarded, OrderLane } from './order-lane.ts';
import { Orders } from './orders.ts';
import { RadioPower } from './radio-power.ts';
import type { PhySite } from './site.ts';
import { SpectralControl } from './spectral-control.ts';
import { Spectrum } from './spectrum.ts';
import { SweepFeed } from './sweep-feed.ts';

const OPENING_TRIES = 60;
const OPENING_PAUSE_US = US_PER_S;

export class PhyDriver implements Driver {
  readonly address: string;
  readonly #phy: string;
  readonly #family: Family;
  readonly #site: DriverSite;
  readonly #at: PhySite;
  readonly #clock: Clock;
  readonly #access: AccessPoint;
  readonly #lane: OrderLane;
  readonly #power: RadioPower;
  readonly #orders: Orders;
  readonly #ticker: LoadTicker;
  #facts: PhyFacts | undefined;
  #spectrum: Spectrum | undefined;
  #onEvent: ((event: DriverEvent) => void) | undefined;
  #unfollow = () => {};
  /** It was last ordered not to send. */
  #isHushed = false;
  #measures: Measures;
  #seq = 0;

  constructor(family: Family, phy: string, site: DriverSite, at: PhySite) {
    this.address = `${family}:${phy}`;
    this.#family = family;
    this.#phy = phy;
    this.#site = site;
    this.#at = at;
    this.#clock = site.clock;
    const { io, interfaceName, controlFolder } = at;
    const { address } = this;
    const clock = this.#clock;
    this.#access = new AccessPoint({ io, clock, address, interfaceName, controlFolder });
    this.#measures = new Measures(this.#access, clock);
    this.#lane = new OrderLane(address);
    this.#power = new RadioPower(address, site);
    const { silenceOwedMs } = at;
    this.#orders = new Orders({
      address,
      phy,
      io,
      access: this.#access,
      power: this.#power,
      silenceOwedMs,
    });
    this.#ticker = LoadTicker.of(clock, address);
  }

  open(onEvent: (event: DriverEvent) => void, done: Done<RadioState>): void {
    this.close();
    this.#onEvent = onEvent;
    this.#enter(onEvent, done, OPENING_TRIES);
  }

  /** hostapd goes on as it is: the radio is left in its state, and still leaves radar by itself. */
  close(): void {
    this.#onEvent = undefined;
    this.#unfollow();
    this.#unfollow = () => {};
    this.#ticker.leave(this.#measure);
    this.#spectrum?.close();
    this.#spectrum = undefined;
  }

  /** What is set on site, and no more than the hardware said when it was opened. */
  capabilities(): RadioCapabilities {
    const { capabilities } = this.#site;
    const facts = this.#facts;
    const known = { ...capabilities, pulses: false, spectral: facts?.spectral.ok ?? false };
    if (facts === undefined) return known;
    return {
      ...known,
      bands: capabilities.bands.filter((band) => facts.bands.includes(band)),
      maxWidthMhz: Math.min(capabilities.maxWidthMhz, facts.maxWidthMhz) as Channel['widthMhz'],
    };
  }

  state(done: Done<RadioState>): void {
    this.#access.read((now) => {
      done(now.ok ? { ok: true, value: this.#stateOf(now.value) } : now);
    });
  }

  listen(channel: Channel | null, done: Done<RadioState>): void {
    const refusal = channel === null ? undefined : this.#beyond(channel);
    if (refusal !== undefined) {
      this.#refuse(refusal, done);
      return;
    }
    // Silence comes first, whatever is under way.
    this.#isHushed = true;
    this.#access.hush();
    this.#lane.take(
      (isNewest) =>
        inOrder(
          (channel === null
            ? [this.#access.disable]
            : this.#orders.listening(channel, isNewest)
          ).map((step) => guarded(isNewest, step)),
        ),
      (failed) => this.#answer(failed, done),
    );
  }

  setChannel(channel: Channel, done: Done<RadioState>): void {
    const refusal = this.#power.unknown() ?? this.#beyond(channel);
    if (refusal !== undefined) {
      this.#refuse(refusal, done);
      return;
    }
    this.#lane.take(
      (isNewest) => (then) =>
        this.#access.read((now) => {
          if (!now.ok) return then(now.error);
          const steps = this.#orders.sending(channel, now.value, isNewest);
          inOrder(steps.map((step) => guarded(isNewest, step)))(then);
        }),
      (failed) => {
        if (failed === undefined) this.#isHushed = false;
        this.#answer(failed, done);
      },
    );
  }

  setEirp(eirpDbm: number, done: Done<RadioState>): void {
    const refusal = this.#power.unknown() ?? this.#power.beyond(eirpDbm);
    if (refusal !== undefined) {
      this.#refuse(refusal, done);
      return;
    }
    this.#power.want(eirpDbm);
    this.#lane.take(
      (isNewest) =>
        inOrder([
          guarded(isNewest, this.#orders.limit),
          guarded(isNewest, this.#orders.checkPower),
        ]),
      (failed) => this.#answer(failed, done),
    );
  }

  survey(done: Done<readonly SurveyReport[]>): void {
    this.#access.read((now) => {
      if (!now.ok) return done(now);
      const { channel } = now.value;
      if (channel === null) return done({ ok: true, value: [] });
      this.#measures.survey(channel, done);
    });
  }

  neighbours(done: Done<readonly NeighbourReport[]>): void {
    const { listenAround, knownAs } = this.#at;
    const hand = (text: Parameters<Parameters<AccessPoint['ask']>[1]>[0]) =>
      done(text.ok ? { ok: true, value: parseScan(text.value, knownAs) } : text);
    this.#access.read((now) => {
      // It may not leave a channel that it clears or is ordered to, and cannot while it is down.
      const mayLeave = listenAround && now.ok && !now.value.silent && !this.#lane.isBusy;
      if (!mayLeave) return this.#access.ask('heard', hand);
      const look = () =>
        this.#access.ask('listenAround', (text) => {
          this.#spectrum?.restart();
          hand(text);
        });
      if (this.#spectrum === undefined) look();
      else this.#spectrum.drain(look);
    });
  }

  clients(done: Done<readonly StationReport[]>): void {
    this.#measures.clients(done);
  }

  openSpectrum(request: SpectrumRequest, done: Done<SpectrumStream>): void {
    const spectral = this.#facts?.spectral;
    if (this.#spectrum !== undefined) this.#spectrum.openStream(request, done);
    else if (spectral?.ok === false) this.#refuse(spectral.error, done);
    else this.#refuse({ code: 'gone', message: `${this.address} is not open` }, done);
  }

  settings(done: Done<ChipSettings>): void {
    const facts = this.#facts;
    if (facts === undefined) {
      this.#refuse({ code: 'gone', message: `${this.address} is not open` }, done);
    } else this.#after(0, () => readSettings(this.#at.io, this.#phy, facts, done));
  }

  /** hostapd may come up later than the node. */
  #enter(onEvent: (event: DriverEvent) => void, done: Done<RadioState>, tries: number): void {
    this.#find((found) => {
      if (this.#onEvent !== onEvent) return;
      if (!found.ok && found.error.code === 'gone' && tries > 1) {
        return this.#after(OPENING_PAUSE_US, () => this.#enter(onEvent, done, tries - 1));
      }
      if (!found.ok) return done(found);
      this.#attach();
      // What it radiates is not known: then it does not send, whatever hostapd was set to.
      if (this.#power.unknown() !== undefined && !found.value.silent) this.listen(null, done);
      else done({ ok: true, value: this.#stateOf(found.value) });
    });
  }

  #find(done: Done<Standing>): void {
    const { io, interfaceName } = this.#at;
    identify(io, { family: this.#family, phy: this.#phy }, (facts) => {
      if (!facts.ok) return done(facts);
      this.#facts = facts.value;
      this.#access.read((now) => {
        if (now.ok && now.value.wiphy !== facts.value.index) {
          const message = `${this.address}: expected ${interfaceName} to be its interface, came one of radio ${now.value.wiphy}; \`iw dev\` shows which is whose`;
          return done({ ok: false, error: { code: 'rejected', message } });
        }
        done(now);
      });
    });
  }

  #attach(): void {
    const clock = this.#clock;
    const phy = this.#phy;
    const { io } = this.#at;
    const { spectral } = this.#facts as PhyFacts;
    if (spectral.ok) {
      const options = { io, phy, family: this.#family, maxBins: spectral.value };
      const control = new SpectralControl(options);
      const feed = new SweepFeed({ io, clock, phy, path: control.relayPath });
      this.#spectrum = new Spectrum({ clock, control, feed, phy });
    }
    this.#measures = new Measures(this.#access, clock);
    this.#ticker.join(this.#measure);
    this.#unfollow = this.#access.follow(
      (line) => this.#hear(line),
      (isFirst) => {
        if (!isFirst) this.#catchUp();
      },
    );
  }

  #hear(line: string): void {
    const event = parseEvent(line);
    if (event?.name === 'DFS-RADAR-DETECTED') {
      const block = radarBlock(event);
      if (block !== undefined) this.#onEvent?.({ type: 'radar.detected', ...block });
    } else if (event?.name === 'DFS-CAC-COMPLETED' && event.values.get('success') === '1') {
      this.#access.read((now) => {
        if (!now.ok || now.value.channel === null) return;
        this.#onEvent?.({ type: 'clearing.done', channel: now.value.channel });
      });
    }
  }

  /** Events begin anew: what came while nobody followed them is found by asking. */
  #catchUp(): void {
    this.#access.read((now) => {
      if (!now.ok) return;
      const { channel, silent } = now.value;
      // A daemon that was started anew sends by its own configuration.
      if (this.#isHushed && !silent && !this.#lane.isBusy) {
        this.listen(null, (state) => this.#tellState(state));
        return;
      }
      this.#tellState({ ok: true, value: this.#stateOf(now.value) });
      if (channel === null) return;
      this.#orders.readFacts(channel, (facts) => {
        if (!facts.ok || facts.value?.dfsState !== 'unavailable') return;
        const { centerMhz, widthMhz } = channel;
        this.#onEvent?.({ type: 'radar.detected', centerMhz, widthMhz });
      });
    });
  }

  #tellState(state: Outcome<RadioState, DriverError>): void {
    if (state.ok) this.#onEvent?.({ type: 'driver.opened', state: state.value });
  }

  readonly #measure = (): void => {
    this.#measures.load((event) => this.#onEvent?.(event));
  };

  #stateOf({ channel, silent, conductedDbm }: Standing): RadioState {
    return { channel, silent, eirpDbm: this.#power.eirp(conductedDbm, silent) };
  }

  #answer(failed: DriverError | undefined, done: Done<RadioState>): void {
    this.#spectrum?.restart();
    if (failed === undefined) this.state(done);
    else done({ ok: false, error: failed });
  }

  #beyond(channel: Channel): DriverError | undefined {
    return beyondLimits({ address: this.address, channel }, this.capabilities());
  }

  #refuse<Value>(error: DriverError, done: Done<Value>): void {
    this.#after(0, () => done({ ok: false, error }));
  }

  #after(waitUs: number, task: () => void): void {
    this.#seq += 1;
    const tie = { target: this.address, source: 'driver', seq: this.#seq };
    this.#clock.schedule(this.#clock.monotonic() + waitUs, task, tie);
  }
}
