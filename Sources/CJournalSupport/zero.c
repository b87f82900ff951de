// ISA-L's isal_zero_detect decides at every 32 bytes. What costs time here is waiting for memory, and a
// processor asks the farther ahead, the fewer instructions stand between its loads.
#include "CJournalSupport.h"

typedef uint64_t mj_words __attribute__((vector_size(32), aligned(1)));

static inline __attribute__((always_inline)) bool is_zero(const uint8_t *bytes, size_t count) {
  for (; count >= 1024; bytes += 1024, count -= 1024) {
    mj_words any = {0}, other = {0};
    for (size_t i = 0; i < 1024; i += 64) {
      any |= *(const mj_words *)(bytes + i);
      other |= *(const mj_words *)(bytes + i + 32);
    }
    any |= other;
    if (any[0] | any[1] | any[2] | any[3]) return false;
  }
  uint64_t any = 0;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    __builtin_memcpy(&word, bytes, 8);
    any |= word;
  }
  for (; count > 0; bytes++, count--) any |= *bytes;
  return any == 0;
}

#ifdef __x86_64__
static __attribute__((target("avx2"))) bool is_zero_avx2(const uint8_t *bytes, size_t count) {
  return is_zero(bytes, count);
}
#endif

bool mj_is_zero(const void *bytes, size_t count) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) return is_zero_avx2(bytes, count);
#endif
  return is_zero(bytes, count);
}
