#include "CWalk.h"
#include <string.h>

static inline uint32_t u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint16_t u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }

#define WALK(PREFETCH)                                                              \
  struct walk_result r = {0, 0, 0, 0};                                              \
  for (size_t block = start; block < end; block += 65536) {                         \
    size_t limit = block + 65536 < end ? block + 65536 : end;                       \
    size_t first = u16(data + block);                                               \
    if (first == 0) continue;                                                       \
    size_t p = block + first;                                                       \
    while (p + 24 <= limit) {                                                       \
      uint32_t length = u32(data + p);                                              \
      if (length == 0) break;                                                       \
      if (length < 24 || (length & 3) || length > limit - p) return r;              \
      PREFETCH                                                                      \
      r.records++;                                                                  \
      r.bytes += length;                                                            \
      r.types += data[p + 8];                                                       \
      r.addresses ^= p;                                                             \
      p += length;                                                                  \
    }                                                                               \
  }                                                                                 \
  return r;

struct walk_result c_walk(const uint8_t *data, size_t start, size_t end) { WALK() }
struct walk_result c_walk_prefetch(const uint8_t *data, size_t start, size_t end, size_t distance) {
  WALK(__builtin_prefetch(data + p + distance, 0, 3);)
}
