// Separate from guard.c, because malloc.h belongs to Glibc alone.
#include "CJournalSupport.h"

#include <malloc.h>

size_t mj_heap_in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}
