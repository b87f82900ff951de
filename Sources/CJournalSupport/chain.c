// Chains of numbers that lead from one to the next, under one rule after the other: a search asks for
// thousands of them in the same bytes.
#include "CJournalSupport.h"

#include <math.h>
#include <string.h>

/// The number of `width` bytes at `place`, where blocks' own bytes are left out.
static uint64_t number(const uint8_t *bytes, int64_t place, int width, bool is_big,
                       const mj_grid *grid) {
  uint8_t copy[8];
  const uint8_t *from = bytes + place;
  if (grid && grid->size && place % grid->size + width > grid->size - grid->trailer) {
    for (int i = 0; i < width; i++) copy[i] = bytes[mj_grid_advance(grid, place, i)];
    from = copy;
  }
  switch (width) {
    case 1: return *from;
    case 2: {
      uint16_t value;
      memcpy(&value, from, 2);
      return is_big ? __builtin_bswap16(value) : value;
    }
    case 4: {
      uint32_t value;
      memcpy(&value, from, 4);
      return is_big ? __builtin_bswap32(value) : value;
    }
    default: {
      uint64_t value;
      memcpy(&value, from, 8);
      return is_big ? __builtin_bswap64(value) : value;
    }
  }
}

int64_t mj_grid_advance(const mj_grid *grid, int64_t place, int64_t count) {
  const int64_t own = grid->header + grid->trailer;
  if (grid->size == 0 || own == 0) return place + count;
  const int64_t payload = grid->size - own;
  int64_t block = place / grid->size;
  int64_t inside = place % grid->size - grid->header + count;
  int64_t blocks = inside / payload;
  if (inside % payload < 0) blocks--;
  return (block + blocks) * grid->size + grid->header + inside - blocks * payload;
}

static bool is_zero(const uint8_t *bytes, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++)
    if (bytes[i]) return false;
  return true;
}

int64_t mj_rule_step(const uint8_t *bytes, int64_t count, int64_t place, const mj_rule *rule,
                     int64_t base, const mj_grid *grid) {
  if (place < 0) return 0;
  uint64_t sum = 0;
  for (int i = 0; i < rule->part_count; i++) {
    const mj_part part = rule->parts[i];
    int64_t at = place + part.at;
    if (grid && grid->size) at = mj_grid_advance(grid, place, part.at);
    if (at + part.width > count) return 0;
    sum += number(bytes, at, part.width, rule->is_big_endian, grid);
    if (sum > 0xFFFFFFFF) return 0;
  }
  if (rule->is_address) {
    if (sum == 0) return 0;
    const int64_t step = (int64_t)sum * rule->unit + rule->adds - base - place;
    if (rule->goes_back) return step < 0 && -step >= rule->least && -step <= rule->most ? step : 0;
    return step >= rule->least && step <= rule->most ? step : 0;
  }
  if (sum == 0) {
    if (rule->adds == 0) return 0;
    const int64_t end = place + rule->adds;
    if (is_zero(bytes, place, end < count ? end : count)) return 0;
  }
  int64_t step = (int64_t)sum * rule->unit + rule->adds;
  if (rule->rounds > 1) step = (step + rule->rounds - 1) / rule->rounds * rule->rounds;
  if (step < rule->least || step > rule->most) return 0;
  return rule->goes_back ? -step : step;
}

void mj_numbers(const uint8_t *bytes, int64_t count, int32_t width, bool is_big, int32_t *values) {
  for (int64_t place = 0; place < count; place++) {
    uint64_t value = 0;
    if (place + width <= count) value = number(bytes, place, width, is_big, NULL);
    // What is longer than any record leads nowhere.
    values[place] = value > 0x100000 ? 0 : (int32_t)value;
  }
}

/// The chains that end in a window: where each begins that spans most and has most records.
typedef struct {
  int32_t longest, fullest;
} mj_chains;

/// Fills `reach` with where the chain from each place ends, and `records` with how many it has.
static mj_chains chains_of_values(const uint8_t *bytes, const mj_rule *rule, const int32_t *values,
                                  int32_t end, int32_t *reach, int32_t *records) {
  const int32_t unit = rule->unit, adds = rule->adds, least = (int32_t)rule->least;
  const int32_t up = rule->rounds > 1 ? rule->rounds - 1 : 0, mask = ~up;
  const int32_t direction = rule->goes_back ? -1 : 1;
  int32_t span = 0, count = 0;
  mj_chains found = {-1, -1};
  for (int32_t index = 0; index <= end; index++) {
    const int32_t place = direction > 0 ? end - index : index;
    const int32_t step = (values[place] * unit + adds + up) & mask;
    const int32_t following = place + direction * step;
    int32_t ends = place, number = 1;
    if (following >= 0 && following <= end && step >= least &&
        (values[place] || (adds && !is_zero(bytes, place, place + adds)))) {
      ends = reach[following];
      number = records[following] + (values[place] != 0);
    }
    reach[place] = ends;
    records[place] = number;
    if (direction * (ends - place) > span) {
      span = direction * (ends - place);
      found.longest = place;
    }
    if (number > count) {
      count = number;
      found.fullest = place;
    }
  }
  return found;
}

static mj_chains chains_of_rule(const uint8_t *bytes, int32_t count, const mj_rule *rule,
                                int64_t base, int32_t end, int32_t *reach) {
  int32_t best = 0, first = -1;
  for (int32_t index = 0; index <= end; index++) {
    const int32_t place = rule->goes_back ? index : end - index;
    const int64_t step = mj_rule_step(bytes, count, place, rule, base, NULL);
    const int64_t following = place + step;
    const bool ends = step == 0 || following < 0 || following > end;
    reach[place] = ends ? place : reach[following];
    const int32_t span = rule->goes_back ? place - reach[place] : reach[place] - place;
    if (span > best) {
      best = span;
      first = place;
    }
  }
  return (mj_chains){first, first};
}

static int32_t last_place(const mj_rule *rule, int64_t count) {
  int last = 0;
  for (int i = 0; i < rule->part_count; i++)
    if (rule->parts[i].at + rule->parts[i].width > last)
      last = rule->parts[i].at + rule->parts[i].width;
  return (int32_t)count - last;
}

void mj_find_chains(const uint8_t *bytes, int64_t count, const mj_rule *rule, int64_t base,
                    const int32_t *values, int64_t least_span, int32_t *reach, int32_t firsts[2]) {
  firsts[0] = firsts[1] = -1;
  const int32_t end = last_place(rule, count);
  if (end <= 0) return;
  const mj_chains chains = values
      ? chains_of_values(bytes, rule, values, end, reach, reach + count)
      : chains_of_rule(bytes, (int32_t)count, rule, base, end, reach);
  const int32_t both[2] = {chains.longest, chains.fullest};
  for (int i = 0; i < 2; i++) {
    const int32_t first = both[i];
    if (first < 0 || (i == 1 && first == both[0])) continue;
    if ((first > reach[first] ? first - reach[first] : reach[first] - first) >= least_span)
      firsts[i] = first;
  }
}

int64_t mj_follow_chain(const uint8_t *bytes, int64_t count, const mj_rule *rule, int64_t base,
                        int32_t first, int32_t *places) {
  const int32_t end = last_place(rule, count);
  int64_t found = 0;
  for (int64_t place = first; place >= 0 && place <= end;) {
    places[found++] = (int32_t)place;
    const int64_t step = mj_rule_step(bytes, count, place, rule, base, NULL);
    if (step == 0) break;
    place += step;
  }
  return found;
}

bool mj_steps_vary(const int32_t *places, int64_t found) {
  uint16_t counts[1024] = {0};
  int kinds = 0, most = 0;
  for (int64_t i = 1; i < found; i++) {
    const int32_t step = places[i] > places[i - 1] ? places[i] - places[i - 1]
                                                   : places[i - 1] - places[i];
    uint16_t *seen = &counts[step & 1023];
    if (!*seen) kinds++;
    if (++*seen > most) most = *seen;
  }
  return kinds >= 3 && most * 20 <= found * 19;
}

static double logarithm[512];

__attribute__((constructor)) static void fill_logarithms(void) {
  for (int i = 1; i < 512; i++) logarithm[i] = log2(i);
}

double mj_entropy(const uint32_t *counts, int64_t total) {
  if (total == 0) return 0;
  double sum = 0;
  int kinds = 0;
  for (int i = 0; i < 256; i++) {
    if (!counts[i]) continue;
    kinds++;
    sum += counts[i] * (counts[i] < 512 ? logarithm[counts[i]] : log2(counts[i]));
  }
  // Of few numbers the entropy comes out too small (Miller and Madow).
  return log2((double)total) - sum / (double)total + (kinds - 1) / (2 * M_LN2 * (double)total);
}

double mj_chain_gain(const uint8_t *bytes, int64_t count, const int32_t *places, int64_t found,
                     const mj_rule *rule, double base_entropy, int32_t from, int32_t to) {
  double gain = 0;
  // Of so few bytes, all different ones, it could not be more.
  const double most = found > 0 ? log2((double)found) + (double)(found - 1) / (2 * M_LN2 * (double)found) : 0;
  if (base_entropy > most) base_entropy = most;
  for (int32_t offset = from; offset < to; offset++) {
    bool is_own = false;
    for (int i = 0; i < rule->part_count; i++)
      is_own |= offset >= rule->parts[i].at && offset < rule->parts[i].at + rule->parts[i].width;
    if (is_own) continue;
    uint32_t counts[256] = {0};
    int64_t total = 0;
    for (int64_t i = 0; i < found; i++) {
      const int64_t place = places[i] + offset;
      if (place < 0 || place >= count) continue;
      counts[bytes[place]]++;
      total++;
    }
    if (total < 8) continue;
    const double saved = base_entropy - mj_entropy(counts, total) - 0.5;
    if (saved > 0) gain += saved;
  }
  return gain;
}

int64_t mj_walk_chain(const uint8_t *bytes, int64_t count, int64_t start, int64_t limit,
                      const mj_rule *rule, const mj_grid *grid, int64_t *places, int64_t most) {
  int64_t found = 0;
  int64_t place = start;
  // What a block's last record leaves is no part of the next block.
  if (!rule->goes_back && (!grid || grid->size == 0) && limit < count) count = limit;
  while (found < most && place >= 0) {
    if (rule->goes_back ? place < limit : place >= limit) break;
    places[found++] = place;
    const int64_t step = mj_rule_step(bytes, count, place, rule, 0, grid);
    if (step == 0) break;
    place = grid && !rule->is_address ? mj_grid_advance(grid, place, step) : place + step;
  }
  return found;
}
