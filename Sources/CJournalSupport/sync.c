// Glibc's module for Swift does not show what only Linux has.
#define _GNU_SOURCE
#include "CJournalSupport.h"

#include <fcntl.h>

void mj_begin_sync(int descriptor, long long offset, long long count) {
  // A file system that cannot do so writes when it is synced.
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
