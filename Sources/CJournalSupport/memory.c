#include "CJournalSupport.h"

#include <stdlib.h>

bool mj_has_memory(size_t count) {
  void *volatile memory = malloc(count);
  if (memory == NULL) return false;
  free(memory);
  return true;
}
