#include "CJournalSupport.h"

bool mj_prefetches_near(void) {
#ifdef __x86_64__
  // Zen 4 is AMD's family 25 with AVX-512.
  return __builtin_cpu_is("amdfam19h") && __builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}
