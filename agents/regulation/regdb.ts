/**
 * The Linux wireless regulatory database, read from its binary form as it ships.
 *
 * Big-endian; pointers count units of 4 bytes from the start of the file.
 *
 * @see Linux net/wireless/reg.c: struct fwdb_header, fwdb_country, fwdb_collection, fwdb_rule,
 * fwdb_wmm_rule and valid_regdb(). Unlike the kernel, an unknown flag is refused: it could forbid.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '#protocols/errors.ts';
import { regdbPin } from './regdb/pin.ts';

export type DfsRegion = 'none' | 'FCC' | 'ETSI' | 'JP';

/** What a database rule forbids or asks for, under the names its text form uses. */
export const ruleFlags = ['NO-OFDM', 'NO-OUTDOOR', 'DFS', 'NO-IR', 'AUTO-BW'] as const;
export type RuleFlag = (typeof ruleFlags)[number];

/** Channel access parameters of one access category (ETSI EN 301 893, clause 4.2.7). */
export interface WmmLimit {
  readonly cwMin: number;
  readonly cwMax: number;
  readonly aifsn: number;
  readonly channelOccupancyMs: number;
}

export interface WmmRule {
  /** Voice, video, best effort, background. */
  readonly client: readonly WmmLimit[];
  readonly accessPoint: readonly WmmLimit[];
}

/** One stretch of spectrum and what holds in it. */
export interface RegdbRule {
  readonly startKhz: number;
  readonly endKhz: number;
  readonly maxWidthKhz: number;
  readonly maxEirpDbm: number;
  readonly flags: readonly RuleFlag[];
  /** Only where the database states one; its present edition never does. */
  readonly clearingMs: number | null;
  readonly wmm: WmmRule | null;
}

/** The rules of one country, in the order of the file, which is that of frequency. */
export interface Domain {
  /** ISO 3166-1 alpha-2; `00` is the world: what holds where no country was set. */
  readonly country: string;
  readonly dfsRegion: DfsRegion;
  readonly rules: readonly RegdbRule[];
}

export interface Regdb {
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly domains: ReadonlyMap<string, Domain>;
}

export function domainOf(country: string, regdb: Regdb = shippedRegdb()): Domain | undefined {
  return regdb.domains.get(country);
}

/** The shipped database, read once. */
export function shippedRegdb(): Regdb {
  shipped ??= readPinnedRegdb(shippedPath, regdbPin);
  return shipped;
}
let shipped: Regdb | undefined;

export const shippedPath = join(import.meta.dirname, 'regdb', 'regulatory.db');

/** Reads a database that must be exactly the one that was pinned. */
export function readPinnedRegdb(path: string, pin: { sha256: string; bytes: number }): Regdb {
  const bytes = readRegdbBytes(path);
  const sha256 = sha256Of(bytes);
  if (sha256 !== pin.sha256) {
    throw new InputError(
      `regulatory database ${path}: expected ${pin.bytes} bytes with SHA-256 ${pin.sha256}, came ${bytes.length} bytes with ${sha256}; restore the file, or take a new one with \`airguard audit regdb --update\``,
      'refused',
    );
  }
  return parseRegdb(bytes, path);
}

export function readRegdbBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new InputError(
      `regulatory database ${path}: expected a file, but it cannot be read; restore it, or take a new one with \`airguard audit regdb --update\``,
      'refused',
      { cause },
    );
  }
}

const MAGIC = 0x52474442; // "RGDB"
const VERSION = 20;
const HEADER_BYTES = 8;
const COUNTRY_BYTES = 4;
const COLLECTION_BYTES = 3;
const RULE_BYTES = 16;
const RULE_BYTES_WITH_CLEARING = 18;
const RULE_BYTES_WITH_WMM = 20;
const WMM_BYTES = 32;
const KNOWN_FLAGS = (1 << ruleFlags.length) - 1;
const dfsRegions = ['none', 'FCC', 'ETSI', 'JP'] as const;

/** Parses the binary form, or throws an `InputError` of one line that says where it is wrong. */
export function parseRegdb(bytes: Uint8Array, name = 'regulatory.db'): Regdb {
  return new Reader(bytes, name).regdb();
}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #rules = new Map<number, RegdbRule>();

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  regdb(): Regdb {
    this.#need(0, HEADER_BYTES, 'the header');
    const magic = this.#view.getUint32(0);
    if (magic !== MAGIC) this.#fail(0, 'the magic number RGDB (52474442)', hex(magic));
    const version = this.#view.getUint32(4);
    if (version !== VERSION) this.#fail(4, `version ${VERSION}`, `version ${version}`);

    const domains = new Map<string, Domain>();
    for (let at = HEADER_BYTES; ; at += COUNTRY_BYTES) {
      this.#need(at, COUNTRY_BYTES, 'a country, or four zero bytes at the end of the list');
      if (this.#view.getUint32(at) === 0) break;
      const domain = this.#domain(at);
      if (domains.has(domain.country)) {
        this.#fail(at, 'each country once', `${domain.country} twice`);
      }
      domains.set(domain.country, domain);
    }
    if (domains.size === 0) this.#fail(HEADER_BYTES, 'at least one country', 'none');
    return { version, sha256: sha256Of(this.#bytes), bytes: this.#bytes.length, domains };
  }

  #domain(countryAt: number): Domain {
    const country = String.fromCharCode(
      this.#view.getUint8(countryAt),
      this.#view.getUint8(countryAt + 1),
    );
    if (!/^[A-Z0-9]{2}$/.test(country)) {
      this.#fail(countryAt, 'a country code of two letters', JSON.stringify(country));
    }
    const at = this.#pointer(countryAt + 2);
    this.#need(at, COLLECTION_BYTES, `the rules of ${country}`);
    const length = this.#view.getUint8(at);
    if (length < COLLECTION_BYTES) {
      this.#fail(at, `a collection of at least ${COLLECTION_BYTES} bytes`, `${length}`);
    }
    const count = this.#view.getUint8(at + 1);
    const region = this.#view.getUint8(at + 2);
    const dfsRegion =
      dfsRegions[region] ?? this.#fail(at + 2, 'a DFS region from 0 to 3', `${region}`);
    const listAt = at + length + (length % 2);
    this.#need(listAt, count * 2, `${count} rule pointers of ${country}`);
    const rules = Array.from({ length: count }, (_, index) =>
      this.#rule(this.#pointer(listAt + index * 2)),
    );
    return { country, dfsRegion, rules };
  }

  #rule(at: number): RegdbRule {
    const known = this.#rules.get(at);
    if (known !== undefined) return known;
    this.#need(at, RULE_BYTES, 'a rule');
    const length = this.#view.getUint8(at);
    if (length < RULE_BYTES) this.#fail(at, `a rule of at least ${RULE_BYTES} bytes`, `${length}`);
    this.#need(at, length, 'a rule');
    const flags = this.#view.getUint8(at + 1);
    if ((flags & ~KNOWN_FLAGS) !== 0) {
      this.#fail(at + 1, `flags within ${hex(KNOWN_FLAGS)}`, hex(flags));
    }
    const startKhz = this.#view.getUint32(at + 4);
    const endKhz = this.#view.getUint32(at + 8);
    const maxWidthKhz = this.#view.getUint32(at + 12);
    if (
      startKhz === 0 ||
      startKhz >= endKhz ||
      maxWidthKhz === 0 ||
      maxWidthKhz > endKhz - startKhz
    ) {
      this.#fail(
        at + 4,
        'start < end and a bandwidth that fits between',
        `${startKhz} to ${endKhz} kHz, ${maxWidthKhz} kHz wide`,
      );
    }
    const clearing = length >= RULE_BYTES_WITH_CLEARING ? this.#view.getUint16(at + 16) : 0;
    const rule: RegdbRule = {
      startKhz,
      endKhz,
      maxWidthKhz,
      maxEirpDbm: this.#view.getInt16(at + 2) / 100,
      flags: ruleFlags.filter((_, bit) => (flags & (1 << bit)) !== 0),
      clearingMs: clearing === 0 ? null : clearing * 1000,
      wmm: length >= RULE_BYTES_WITH_WMM ? this.#wmm(this.#pointer(at + 18)) : null,
    };
    this.#rules.set(at, rule);
    return rule;
  }

  #wmm(at: number): WmmRule {
    this.#need(at, WMM_BYTES, 'a WMM rule');
    const limits = Array.from({ length: 8 }, (_, index): WmmLimit => {
      const entryAt = at + index * 4;
      const exponents = this.#view.getUint8(entryAt);
      const cwMin = (1 << (exponents >> 4)) - 1;
      const cwMax = (1 << (exponents & 0xf)) - 1;
      const aifsn = this.#view.getUint8(entryAt + 1);
      if (cwMin >= cwMax || aifsn < 1) {
        this.#fail(
          entryAt,
          'a contention window that grows and an AIFSN of at least 1',
          `${cwMin} to ${cwMax}, AIFSN ${aifsn}`,
        );
      }
      return { cwMin, cwMax, aifsn, channelOccupancyMs: this.#view.getUint16(entryAt + 2) };
    });
    return { client: limits.slice(0, 4), accessPoint: limits.slice(4) };
  }

  #pointer(at: number): number {
    return this.#view.getUint16(at) * 4;
  }

  #need(at: number, count: number, what: string): void {
    if (at + count > this.#bytes.length) {
      throw new InputError(
        `regulatory database ${this.#name}: expected ${what} at byte ${at}, but the file ends after ${this.#bytes.length} bytes; it was cut short or altered`,
        'refused',
      );
    }
  }

  #fail(at: number, expected: string, came: string): never {
    throw new InputError(
      `regulatory database ${this.#name}: expected ${expected} at byte ${at}, came ${came}; it was altered or is of another format`,
      'refused',
    );
  }
}

const hex = (value: number) => value.toString(16).padStart(2, '0');

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
