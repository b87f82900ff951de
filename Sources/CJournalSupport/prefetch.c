#include "CJournalSupport.h"

#if defined(__x86_64__)
#include <cpuid.h>

// Zen 4 is AMD's family 25 with AVX-512.
bool mj_prefetches_near(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(0, &a, &b, &c, &d) || b != signature_AMD_ebx || d != signature_AMD_edx) return false;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  unsigned family = (a >> 8 & 0xF) + (a >> 20 & 0xFF);
  return family == 25 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX512F);
}
#else
bool mj_prefetches_near(void) { return false; }
#endif
