/** The closed table: what a driver of a real radio can ever do to its machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  allowedCommands,
  type CommandName,
  command,
  isAllowed,
} from '#edge/drivers/phy/commands.ts';
import type { RadioState } from '#protocols/driver.ts';
import { channel6, channel36, channel48, channel52, onMachine } from './set-up.ts';

const names = Object.keys(allowedCommands) as CommandName[];

test('no command sends a frame, makes an interface to inject on, asks around aloud or logs in', () => {
  // Of iw: monitor interfaces, frames, sniffing, tests of radar and power, joining a network, scans
  // that ask. Of hostapd_cli: raw commands, frames, keys, stations. Of a machine: shells.
  const forbidden =
    /^(add|monitor|mgmt|frame|ocb|offchannel|cqm|connect|auth|join|ibss|mesh|ssid|active|trigger|raw|deauthenticate|disassociate|new_sta|wps\w*|radar|cac|sh|-c|sudo|ssh)$/;
  for (const { tool, args } of Object.values(allowedCommands)) {
    assert(tool === 'iw' || tool === 'hostapd_cli');
    for (const word of args) if (typeof word === 'string') assert.doesNotMatch(word, forbidden);
    assert(!args.includes('scan') || args.includes('passive') || args.includes('dump'));
  }
});

test('the table is this one, so that a new command is a decision', () => {
  assert.deepEqual(
    names.map((name) => {
      const words: readonly (string | RegExp)[] = allowedCommands[name].args;
      return [
        allowedCommands[name].tool,
        ...words.map((word) => (typeof word === 'string' ? word : '*')),
      ].join(' ');
    }),
    [
      'iw phy * info',
      'iw phy * channels',
      'iw dev * info',
      'iw dev * survey dump',
      'iw dev * station dump',
      'iw dev * scan dump',
      'iw dev * scan ap-force passive',
      'iw dev * set txpower limit *',
      'hostapd_cli -p * -s * -i * status',
      'hostapd_cli -p * -s * -i * enable',
      'hostapd_cli -p * -s * -i * disable',
      'hostapd_cli -p * -s * -i * update_beacon',
      'hostapd_cli -p * -s * -i * -a /bin/echo',
      'hostapd_cli -p * -s * -i * chan_switch * * * * * *',
      'hostapd_cli -p * -s * -i * set start_disabled *',
      'hostapd_cli -p * -s * -i * set hw_mode *',
      'hostapd_cli -p * -s * -i * set channel *',
      'hostapd_cli -p * -s * -i * set op_class *',
      'hostapd_cli -p * -s * -i * set ht_capab *',
      'hostapd_cli -p * -s * -i * set vht_oper_chwidth *',
      'hostapd_cli -p * -s * -i * set vht_oper_centr_freq_seg0_idx *',
      'hostapd_cli -p * -s * -i * set he_oper_chwidth *',
      'hostapd_cli -p * -s * -i * set he_oper_centr_freq_seg0_idx *',
      'hostapd_cli -p * -s * -i * set eht_oper_chwidth *',
      'hostapd_cli -p * -s * -i * set eht_oper_centr_freq_seg0_idx *',
    ],
  );
});

test('nothing of another form can be made, or passes where commands are run', () => {
  assert.throws(() => command('survey', 'wlan0; reboot'), /expected .* came 'wlan0; reboot'/);
  assert.throws(() => command('survey'), /expected 1 arguments, came 0/);
  assert.throws(() => command('survey', 'wlan0', 'x'), /expected 1 arguments, came 2/);
  assert.throws(() => command('events', '../etc', '/run', 'wlan0'), /came '..\/etc'/);
  assert.throws(() => command('survey', '--debug'), /came '--debug'/);
  assert.equal(isAllowed({ tool: 'iw', args: ['dev', 'wlan0', 'scan'] }), false);
  assert.equal(isAllowed({ tool: 'iw', args: ['dev', 'wlan0', 'survey', 'dump', 'x'] }), false);
  const likely = ['wlan0', 'phy0', '/run/hostapd', '1', '36', 'a', 'ht', 'ht vht', 'bandwidth=80'];
  const word = fc.oneof(fc.string(), fc.constantFrom(...likely));
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(word, { maxLength: 8 }), (name, filling) => {
      let made: ReturnType<typeof command>;
      try {
        made = command(name, ...filling);
      } catch {
        return;
      }
      assert(isAllowed(made));
      for (const word of made.args) assert.doesNotMatch(word, /[;|&$`<>\\'"\n]/);
    }),
  );
});

test('whatever is asked of a driver, its machine is asked for commands of the table alone', () => {
  const { driver, open, get, machine, run } = onMachine();
  open();
  for (const channel of [channel36, channel48, channel6, channel52, channel36]) {
    get<RadioState>((done) => driver.listen(channel, done));
    run(70_000_000);
    get<RadioState>((done) => driver.setChannel(channel, done));
    get<RadioState>((done) => driver.setEirp(15, done));
    get((done) => driver.neighbours(done));
    get((done) => driver.clients(done));
    get((done) => driver.survey(done));
  }
  machine.radar();
  machine.kill();
  run(5_000_000);
  assert(machine.commands.length > 100);
  for (const one of machine.commands) assert(isAllowed(one), one.args.join(' '));
});
