/**
 * Readers of what `iw` and hostapd print. The texts are written after the sources named beside each
 * reader; the two lines marked so are quoted from logs that others published.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOSTAPD_WORDS } from '#edge/drivers/phy/commands.ts';
import {
  parseEvent,
  parseStatus,
  radarBlock,
  settings,
  switching,
} from '#edge/drivers/phy/hostapd.ts';
import { parseInterface } from '#edge/drivers/phy/iw-interface.ts';
import { factsOfBlock, parseChannels, parsePhy } from '#edge/drivers/phy/iw-phy.ts';
import { parseScan } from '#edge/drivers/phy/iw-scan.ts';
import { parseStations, StationRates } from '#edge/drivers/phy/iw-stations.ts';
import { parseSurvey, SurveyWindow } from '#edge/drivers/phy/iw-survey.ts';
import { allChannels, type Channel, subchannels, WidthMhz } from '#protocols/channels.ts';
import { channelsText, neighbours, phyInfo, stations } from './printed.ts';
import { channel6, channel36, channel52 } from './set-up.ts';

const at = ['/var/run/hostapd', '/var/run/hostapd', 'wlan0'] as const;

test('reads an interface, in the words of old and new versions of iw', () => {
  const text = (channel: string) =>
    `Interface wlan0\n\tifindex 5\n\twdev 0x1\n\taddr 04:f0:21:00:00:01\n\tssid channel 6\n\ttype AP\n\twiphy 2\n${channel}\ttxpower 17.00 dBm\n`;
  for (const [line, channel] of [
    ['\tchannel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz\n', channel36],
    ['\tchannel 36 (5180.0 MHz), width: 80 MHz, center1: 5210.0 MHz\n', channel36],
    ['\tchannel 6 (2437 MHz), width: 20 MHz (no HT), center1: 2437 MHz\n', channel6],
    ['', null],
    ['\tchannel 36 (5180 MHz), width: 5 MHz, center1: 5180 MHz\n', null],
  ] as const) {
    assert.deepEqual(parseInterface(text(line)), {
      wiphy: 2,
      kind: 'AP',
      channel,
      conductedDbm: 17,
    });
  }
  assert.equal(parseInterface('command failed: No such device (-19)'), undefined);
});

test('reads bands, widths and what the kernel says of a channel', () => {
  assert.deepEqual(parsePhy(phyInfo), { bands: ['2.4', '5'], maxWidthMhz: 80, monitor: true });
  const wide = phyInfo.replace('neither 160 nor 80+80', '160 MHz, 80+80 MHz');
  assert.equal(parsePhy(wide)?.maxWidthMhz, 160);
  assert.equal(parsePhy('nothing'), undefined);

  const known = parseChannels(
    channelsText((mhz) => (mhz === 5280 ? 'unavailable' : 'usable'), 60_000),
  );
  assert.deepEqual(factsOfBlock(channel52, known), {
    isDisabled: false,
    noIr: false,
    maxConductedDbm: 23,
    radar: true,
    dfsState: 'usable',
    clearMs: 60_000,
  });
  const block: Channel = { band: '5', primaryMhz: 5260, centerMhz: 5290, widthMhz: 80 };
  assert.equal(factsOfBlock(block, known)?.dfsState, 'unavailable');
  assert.equal(factsOfBlock(channel36, known)?.radar, false);
  assert.equal(known.get(5720)?.isDisabled, true);
  assert.equal(factsOfBlock({ ...channel52, primaryMhz: 5825, centerMhz: 5825 }, known), undefined);
  const noIr = '\t* 5180 MHz [36] \n\t  Maximum TX power: 23.0 dBm\n\t  No IR\n';
  assert.equal(parseChannels(noIr).get(5180)?.noIr, true);
});

test('a survey is what was counted since the last, and starts anew where counters were cleared', () => {
  // The times are those of the log in Linux commit 720e5c03e5cb, where an ath10k cleared them.
  const text = (active: number, busy: number, tx: number) =>
    `Survey data from wlan0\n\tfrequency:\t\t\t5180 MHz [in use]\n\tnoise:\t\t\t\t-103 dBm\n\tchannel active time:\t\t${active} ms\n\tchannel busy time:\t\t${busy} ms\n\tchannel receive time:\t\t0 ms\n\tchannel transmit time:\t\t${tx} ms\n` +
    'Survey data from wlan0\n\tfrequency:\t\t\t5200 MHz\n';
  const window = new SurveyWindow();
  const look = (...times: [number, number, number]) => {
    const [own, ...others] = window.since(parseSurvey(text(...times)));
    assert.equal(others.length, 0);
    return [own?.inUse, own?.noiseDbm, own?.activeMs, own?.busyMs, own?.txMs];
  };
  assert.deepEqual(look(54_995, 432, 59), [true, -103, 54_995, 432, 59]);
  assert.deepEqual(look(55_995, 532, 60), [true, -103, 1_000, 100, 1]);
  assert.deepEqual(look(32_592, 254, 0), [true, -103, 32_592, 254, 0]);
  assert.deepEqual(look(32_692, 400, 0), [true, -103, 100, 100, 0]);
});

test('times of a survey fit into each other, whatever a driver counts', () => {
  const ms = fc.integer({ min: 0, max: 100_000 });
  const counters = fc.record({ activeMs: ms, busyMs: ms, rxMs: ms, txMs: ms });
  fc.assert(
    fc.property(fc.array(counters, { minLength: 1 }), (looks) => {
      const window = new SurveyWindow();
      for (const look of looks) {
        const [own] = window.since([{ mhz: 5180, inUse: true, noiseDbm: -95, ...look }]);
        assert(own && own.busyMs >= 0 && own.busyMs <= own.activeMs);
        assert(own.rxMs >= 0 && own.txMs >= 0 && own.rxMs + own.txMs <= own.busyMs);
      }
    }),
  );
});

test('reads stations, and their rates between two looks', () => {
  const rates = new StationRates();
  const [first] = rates.since(parseStations(stations), 0);
  assert.deepEqual(first, {
    counters: { id: '02:00:00:00:00:0a', rssiDbm: -48, txBytes: 2_500_000, rxBytes: 1_250_000 },
    downMbps: 0,
    upMbps: 0,
  });
  const later = stations.replace('2500000', '3750000').replace('1250000', '1500000');
  const [second] = rates.since(parseStations(later), 1_000_000);
  assert.deepEqual([second?.downMbps, second?.upMbps], [10, 2]);
  const [anew] = rates.since(parseStations(stations), 2_000_000);
  assert.deepEqual([anew?.downMbps, anew?.upMbps], [0, 0]);
});

test('reads neighbours with their channel, load and whose they are', () => {
  const found = parseScan(neighbours, (bssid) =>
    bssid.endsWith('01') ? 'ap2/radio-0' : undefined,
  );
  assert.deepEqual(found, [
    { id: 'ap2/radio-0', channel: channel36, rssiDbm: -61, load: 0.2, managed: true },
    { id: '02:00:00:00:00:02', channel: channel6, rssiDbm: -80, load: null, managed: false },
  ]);
  const [wide] = parseScan(neighbours.replace('segment 2: 0', 'segment 2: 50'), () => undefined);
  assert.deepEqual([wide?.channel.centerMhz, wide?.channel.widthMhz], [5250, 160]);
  const [narrow] = parseScan(
    neighbours.replace('channel width: 1', 'channel width: 0'),
    () => undefined,
  );
  assert.deepEqual([narrow?.channel.centerMhz, narrow?.channel.widthMhz], [5190, 40]);
});

test('reads the status of a hostapd that runs', () => {
  // Recorded from hostapd 2.10 (Debian) with `driver=none`, on no radio: hence its frequency of 0.
  const recorded =
    'state=ENABLED\nphy=\nfreq=0\nnum_sta_non_erp=0\nnum_sta_no_short_slot_time=0\nnum_sta_no_short_preamble=0\nolbc=0\nnum_sta_ht_no_gf=0\nnum_sta_no_ht=0\nnum_sta_ht_20_mhz=0\nnum_sta_ht40_intolerant=0\nolbc_ht=0\nht_op_mode=0x0\ncac_time_seconds=0\ncac_time_left_seconds=N/A\nchannel=44\nedmg_enable=0\nedmg_channel=0\nsecondary_channel=1\nieee80211n=1\nieee80211ac=1\nieee80211ax=0\nbeacon_int=100\ndtim_period=2\nvht_oper_chwidth=1\nvht_oper_centr_freq_seg0_idx=42\nvht_oper_centr_freq_seg1_idx=0\nvht_caps_info=00000000\nht_caps_info=000e\nbss[0]=lo\nbssid[0]=00:00:00:00:00:00\nssid[0]=airguard\nnum_sta[0]=0\n';
  assert.deepEqual(parseStatus(recorded), {
    state: 'ENABLED',
    standards: ['ht', 'vht'],
    channel: null,
  });
  const tuned = recorded.replace('freq=0', 'freq=5220');
  assert.deepEqual(parseStatus(tuned)?.channel, { ...channel36, primaryMhz: 5220 });
  assert.equal(parseStatus('FAIL\n'), undefined);
});

test('reads the events of radar in the words of hostapd', () => {
  // As in the log of a test suite of a public OpenSync port of hostapd.
  const line =
    'wlan0 DFS-RADAR-DETECTED freq=5580 ht_enabled=0 chan_offset=0 chan_width=3 cf1=5610 cf2=0';
  const event = parseEvent(line);
  assert.equal(event?.name, 'DFS-RADAR-DETECTED');
  assert.deepEqual(event && radarBlock(event), { centerMhz: 5610, widthMhz: 80 });
  const bare = parseEvent('DFS-RADAR-DETECTED freq=5500');
  assert.deepEqual(bare && radarBlock(bare), { centerMhz: 5500, widthMhz: 20 });
  assert.equal(
    parseEvent('wlan0 DFS-CAC-COMPLETED success=1 freq=5260 cf1=5260')?.values.get('success'),
    '1',
  );
  assert.equal(parseEvent('Connection to hostapd lost'), undefined);
});

test('a name that a stranger chose is no event', () => {
  const event = parseEvent('wlan0 AP-STA-CONNECTED 02:00:00:00:00:0a DFS-RADAR-DETECTED freq=5500');
  assert.equal(event?.name, 'AP-STA-CONNECTED');
});

test('what a channel is set to, hostapd says again', () => {
  const words: Record<string, string> = {
    hw_mode: 'hw_mode',
    he_oper_chwidth: 'he_oper_chwidth',
    he_oper_centr_freq_seg0_idx: 'he_oper_centr_freq_seg0_idx',
  };
  for (const band of ['2.4', '5', '6'] as const) {
    for (const widthMhz of [...WidthMhz.values].filter((width) => width < 320)) {
      for (const channel of allChannels(band, widthMhz)) {
        const set = new Map(
          settings(at, channel, ['ht', 'vht', 'he']).map(({ args }) => [args[7], args[8]] as const),
        );
        const secondary = { '[HT20]': 0, '[HT40+]': 1, '[HT40-]': -1 }[set.get('ht_capab') ?? ''];
        const status = parseStatus(
          `state=ENABLED\nfreq=${channel.primaryMhz}\nchannel=${set.get('channel')}\nsecondary_channel=${secondary}\nieee80211n=1\nieee80211ac=1\nieee80211ax=1\nieee80211be=0\n${Object.keys(
            words,
          )
            .map((word) => `${word}=${set.get(word)}`)
            .join('\n')}\n`,
        );
        assert.deepEqual(status?.channel, channel);
        // The second 20 MHz is in the block, whether above or below.
        const pair = channel.primaryMhz + 20 * (secondary ?? 0);
        const parts = subchannels(channel).map(({ centerMhz }) => centerMhz);
        assert(parts.includes(pair));
        assert.equal(secondary === 0, widthMhz === 20);
        assert.equal(set.get('hw_mode'), band === '2.4' ? 'g' : 'a');
      }
    }
  }
});

test('a move names the block as hostapd wants it', () => {
  assert.deepEqual(switching(at, channel36, ['ht', 'vht', 'he']).args.slice(HOSTAPD_WORDS), [
    'chan_switch',
    '5',
    '5180',
    'sec_channel_offset=1',
    'center_freq1=5210',
    'bandwidth=80',
    'ht vht he',
  ]);
});

test('no text makes a reader fall over, or invent a channel', () => {
  const pieces = [phyInfo, neighbours, stations, channelsText(() => 'usable', 60_000)];
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc
      .record({
        piece: fc.constantFrom(...pieces),
        from: fc.nat(900),
        to: fc.nat(900),
        put: fc.string(),
      })
      .map(({ piece, from, to, put }) => piece.slice(0, from) + put + piece.slice(to)),
  );
  fc.assert(
    fc.property(text, (came) => {
      parseInterface(came);
      parsePhy(came);
      parseStatus(came);
      parseEvent(came);
      for (const { activeMs } of parseSurvey(came)) assert(Number.isFinite(activeMs));
      for (const { txBytes } of parseStations(came)) assert(Number.isFinite(txBytes));
      for (const { rssiDbm } of parseScan(came, () => undefined)) assert(Number.isFinite(rssiDbm));
      for (const [mhz] of parseChannels(came)) assert(Number.isFinite(mhz));
    }),
    { numRuns: 300 },
  );
});
