#include "CJournalSupport.h"

#ifndef MJ_COMMIT
#define MJ_COMMIT ""
#endif

const char *mj_commit(void) { return MJ_COMMIT; }

bool mj_counts_crc(void) {
#ifdef __x86_64__
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
#else
  return false;
#endif
}
