#include "CLimits.h"

#include <string.h>

static inline uint32_t u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint16_t u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }

// Whether the bytes up to the block's end are zero, as the library checks, too: a record whose length
// was overwritten with zeros must not pass for the block's end.
static int is_zero(const uint8_t *p, const uint8_t *end) {
  uint64_t any = 0;
  for (; p + 8 <= end; p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    any |= word;
  }
  for (; p < end; p++) any |= *p;
  return any == 0;
}

// One loop for all questions: BODY sees the record at `p` with its `length`.
#define FOR_EACH_RECORD(BODY)                                                  \
  for (size_t block = start; block < end; block += 65536) {                    \
    size_t limit = block + 65536 < end ? block + 65536 : end;                  \
    __builtin_prefetch(data + limit, 0, 3);                                    \
    size_t first = u16(data + block);                                          \
    if (first == 0) continue;                                                  \
    size_t p = block + first;                                                  \
    while (p + 24 <= limit) {                                                  \
      uint32_t length = u32(data + p);                                         \
      if (length == 0) break;                                                  \
      if (length < 24 || (length & 3) || length > limit - p) goto done;        \
      BODY                                                                     \
      p += length;                                                             \
    }                                                                          \
    if (!is_zero(data + p, data + limit)) break;                               \
  }                                                                            \
  done:;

static inline void prefetch(const uint8_t *record, size_t length, struct prefetch ahead) {
  __builtin_prefetch(record + ahead.distance, 0, 3);
  if (ahead.lines && length <= 2048)
    for (size_t line = 64; line < length; line += 64)
      __builtin_prefetch(record + ahead.distance + line, 0, 3);
}

#define WALK(PREFETCH)                                                         \
  struct walk_result r = {0, 0, 0, 0};                                         \
  FOR_EACH_RECORD({                                                            \
    PREFETCH;                                                                  \
    r.records++;                                                               \
    r.bytes += length;                                                         \
    r.types += data[p + 8];                                                    \
    r.addresses ^= p;                                                          \
  })                                                                           \
  return r;

static struct walk_result plain(const uint8_t *data, size_t start, size_t end) { WALK() }

static struct walk_result one(const uint8_t *data, size_t start, size_t end, size_t distance) {
  WALK(__builtin_prefetch(data + p + distance, 0, 3))
}

static struct walk_result lines(const uint8_t *data, size_t start, size_t end, size_t distance) {
  WALK(prefetch(data + p, length, ((struct prefetch){distance, true})))
}

// Three loops, so that none pays for what another does.
struct walk_result c_walk(const uint8_t *data, size_t start, size_t end, struct prefetch ahead) {
  if (ahead.distance == 0) return plain(data, start, end);
  return ahead.lines ? lines(data, start, end, ahead.distance)
                     : one(data, start, end, ahead.distance);
}

static inline int has_key(uint8_t type) {
  return (type >= 6 && type <= 12) || type == 14 || type == 19 || type == 20 || type == 134;
}

// One subscript from the zero byte at `k` on; its end, which is the next one's zero byte.
static inline size_t subscript(const uint8_t *data, size_t k, size_t end, uint64_t *sum) {
  uint8_t lead = data[k + 1];
  // A string without a mark begins with its first character.
  size_t content = k + 1 + (lead < 0x20);
  if (lead == 0x1F || lead >= 0x20) {
    const uint8_t *stop = memchr(data + content, 0, end - content);
    size_t next = stop ? (size_t)(stop - data) : end;
    *sum += next - content;
    return next;
  }
  size_t next = content;
  while (next < end && data[next] != 0) next++;
  *sum += next - content;
  return next;
}

uint64_t c_decode(const uint8_t *data, size_t start, size_t end, struct prefetch ahead) {
  uint64_t sum = 0;
  FOR_EACH_RECORD({
    prefetch(data + p, length, ahead);
    uint8_t type = data[p + 8];
    sum += type + data[p + 9] + u32(data + p + 12) + u32(data + p + 20);
    if (has_key(type) && length >= 30) {
      size_t key = p + 30;
      size_t key_length = u16(data + p + 24);
      size_t name_length = u16(data + p + 26);
      size_t record_end = p + length;
      size_t key_end = key + key_length;
      if (name_length == 0 || name_length > key_length || key_end > record_end) goto done;
      size_t k = key + name_length;
      while (k + 1 < key_end) k = subscript(data, k, key_end, &sum);
      size_t values = data[p + 11];
      if (type != 14 && values <= 2 && key_end + 4 * values <= record_end)
        for (size_t v = 0; v < values; v++) {
          uint32_t word = u32(data + key_end + 4 * v);
          sum += (word & 0x0FFFFFFF) + (word >> 28);
        }
    }
  })
  return sum;
}

uint64_t c_filter(const uint8_t *data, size_t start, size_t end, struct prefetch ahead,
                  const char *name, size_t name_length) {
  uint64_t hits = 0;
  FOR_EACH_RECORD({
    prefetch(data + p, length, ahead);
    if (has_key(data[p + 8]) && length >= 30 + name_length
        && u16(data + p + 26) == name_length && memcmp(data + p + 30, name, name_length) == 0)
      hits++;
  })
  return hits;
}
