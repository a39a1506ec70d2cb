/*
 * The peer of edge/capture: reads a stream of ath sweeps in pieces of 64 KB with a carried tail and
 * writes the power of every bin, dBm, as a float. Same framing, same formula, same table.
 *
 *     decode FILE    prints bytes, sweeps, the sum of one bin of each, and CPU seconds
 *
 * cc -O3 -march=native decode.c -o decode -lm
 */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, LONGEST = 3 + 4096 };

static double shifts[16], shifted[16][256];
static uint8_t buffer[PIECE + LONGEST + 3];
static float out[512];

static unsigned be16(const uint8_t *p) { return p[0] << 8 | p[1]; }
static int32_t be32(const uint8_t *p) { return (int32_t)((uint32_t)be16(p) << 16 | be16(p + 2)); }

static int is_bin_count(int bins) {
  return bins >= 16 && bins <= 512 && (bins & (bins - 1)) == 0;
}

static int fits(const uint8_t *p) {
  unsigned type = p[0];
  int length = be16(p + 1);
  switch (type) {
    case 1: return length == 73;
    case 2: return length == 152;
    case 3: return length == 26 + 64 || length == 26 + 128 || length == 26 + 256;
    case 4: return is_bin_count(length - 19) || is_bin_count(length - 20);
    default: return type > 4 && type < 32 && length >= 16 && length <= 4096;
  }
}

enum { NO, YES, WAIT };

/* Whether what stands at the end of a TLV bears it out. */
static int borne_out(int end, int limit, int known, int is_last) {
  for (int link = 0, next = end; link <= 8; link++) {
    int left = limit - next;
    if (left < 3) {
      if (!is_last) return WAIT;
      if (left < 0 || (left > 0 && (buffer[next] < 1 || buffer[next] > 31))) return NO;
      return left < 2 || buffer[next + 1] <= 16;
    }
    if (!fits(buffer + next)) return NO;
    if (!known || (buffer[next] >= 1 && buffer[next] <= 4)) return YES;
    next += 3 + be16(buffer + next + 1);
  }
  return NO;
}

static void powers(const uint8_t *bin, int bins, int level, int exponent, int wrapped, int peak,
                   float *to) {
  uint32_t sum = 0;
  for (int i = 0; i < bins; i++) sum += bin[i] * bin[i];
  if (wrapped >= 0) sum += peak * peak - (peak & 255) * (peak & 255);
  if (sum == 0) {
    for (int i = 0; i < bins; i++) to[i] = -200;
    return;
  }
  const double *own = shifted[exponent];
  double shared = level - 10 * log10(sum) - shifts[exponent];
  for (int i = 0; i < bins; i++) to[i] = (float)(shared + own[bin[i]]);
  if (wrapped >= 0) to[wrapped] = (float)(shared + 20 * log10(peak));
}

/* Returns how many bins were written; 0 where the driver left fields out. */
static int sweep(const uint8_t *p, int length) {
  switch (p[0]) {
    case 1:
      powers(p + 20, 56, (int8_t)p[6] + (int8_t)p[7], p[3] & 15, -1, 0, out);
      return 56;
    case 2:
      if (p[3] != 2 && p[3] != 3) return 0;
      powers(p + 27, 64, (int8_t)p[6] + (int8_t)p[16], p[26] & 15, -1, 0, out);
      powers(p + 91, 64, (int8_t)p[7] + (int8_t)p[17], p[26] & 15, -1, 0, out + 64);
      return 128;
    case 3:
      if (!memchr("\x14\x16\x28\x2c\x50\x58", p[3], 6)) return 0;
      powers(p + 29, length - 26, (int16_t)be16(p + 8) + p[25], p[28] & 15, -1, 0, out);
      return length - 26;
    case 4: {
      int shift = is_bin_count(length - 19) ? 0 : 1;
      int bins = length - 19 - shift;
      int noise = be32(p + 18 + shift), rssi = be16(p + 12 + shift), peak = be16(p + 10 + shift);
      int wrapped = -1, found = 0;
      if (p[3] != 20 && p[3] != 40 && p[3] != 80 && p[3] != 160) return 0;
      if (noise == 0 || noise < -128 || noise > 127 || rssi > 511) return 0;
      for (int lost = -256; peak > 255 && peak <= 1023 && lost <= 256; lost += 256) {
        int bin = bins / 2 + (int8_t)p[4] + lost;
        if (bin < 0 || bin >= bins || p[22 + shift + bin] != (peak & 255)) continue;
        wrapped = bin;
        found++;
      }
      powers(p + 22 + shift, bins, noise + rssi, 0, found == 1 ? wrapped : -1, peak, out);
      return bins;
    }
    default: return 0;
  }
}

int main(int count, char **arguments) {
  int file = count == 2 ? open(arguments[1], O_RDONLY) : -1;
  if (file < 0) return fprintf(stderr, "usage: decode FILE\n"), 2;
  for (int e = 0; e < 16; e++) {
    shifts[e] = 20 * log10(1 << e);
    for (int i = 0; i < 256; i++) shifted[e][i] = i ? 20 * log10(i) + shifts[e] : 0;
  }
  clock_t began = clock();
  double bytes = 0, sum = 0;
  long sweeps = 0;
  int kept = 0, read_bytes, in_step = 1;
  do {
    read_bytes = (int)read(file, buffer + kept, PIECE);
    if (read_bytes < 0) return perror("decode"), 1;
    bytes += read_bytes;
    int limit = kept + read_bytes, at = 0;
    while (at + 3 <= limit) {
      int length = be16(buffer + at + 1), end = at + 3 + length;
      int known = buffer[at] >= 1 && buffer[at] <= 4;
      if ((in_step || known) && fits(buffer + at)) {
        int answer = borne_out(end, limit, known, read_bytes == 0);
        if (answer == WAIT) break;
        if (answer == YES) {
          int bins = sweep(buffer + at, length);
          if (bins > 0) sweeps++, sum += out[bins / 3];
          at = end;
          in_step = 1;
          continue;
        }
      }
      at++;
      in_step = 0;
    }
    kept = limit - at;
    memmove(buffer, buffer + at, kept);
  } while (read_bytes > 0);
  printf("%.0f %ld %.6f %.9f\n", bytes, sweeps, sum, (double)(clock() - began) / CLOCKS_PER_SEC);
  return 0;
}
