// A file that shrinks while it is mapped raises SIGBUS on the next read past its new end. The
// handler maps a page of zeros over the lost one and notes it, so that the reader ends its walk in
// order and reports "the file shrank" instead of dying. Other SIGBUS signals go to whoever handled
// them before.
//
// Invariant: a slot's `start` and `length` change only while its `version` is even, and `version`
// only grows; a handler that reads the same odd version before and after them has a pair that
// belongs together, though other threads end and begin mappings meanwhile. It touches nothing else,
// and calls only mmap and sigaction.
#define _GNU_SOURCE
#include "CJournalSupport.h"

#include <pthread.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 1024 };

static struct {
  // Odd while the slot is in use.
  atomic_ulong version;
  atomic_bool tripped;
  atomic_uintptr_t start;
  atomic_size_t length;
} slots[SLOTS];

static struct sigaction previous;
static pthread_once_t installed = PTHREAD_ONCE_INIT;
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;
static size_t page_size;

static void on_bus_error(int signal_number, siginfo_t *info, void *context) {
  uintptr_t address = (uintptr_t)info->si_addr;
  for (int i = 0; i < SLOTS; i++) {
    unsigned long version = atomic_load(&slots[i].version);
    if (version % 2 == 0) continue;
    uintptr_t start = atomic_load(&slots[i].start);
    size_t length = atomic_load(&slots[i].length);
    if (address < start || address - start >= length) continue;
    if (atomic_load(&slots[i].version) != version) continue;
    void *page = (void *)(address & ~(uintptr_t)(page_size - 1));
    if (mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        == MAP_FAILED)
      break;
    atomic_store(&slots[i].tripped, true);
    return;
  }
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal_number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal_number);
  } else {
    // Returning re-runs the faulting load under the default action, which ends the process.
    sigaction(SIGBUS, &previous, NULL);
  }
}

static void install(void) {
  page_size = (size_t)sysconf(_SC_PAGESIZE);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

int mj_guard_add(const void *start, size_t length) {
  pthread_once(&installed, install);
  pthread_mutex_lock(&adding);
  int slot = -1;
  for (int i = 0; i < SLOTS; i++) {
    if (atomic_load(&slots[i].version) % 2 != 0) continue;
    atomic_store(&slots[i].start, (uintptr_t)start);
    atomic_store(&slots[i].length, length);
    atomic_store(&slots[i].tripped, false);
    atomic_fetch_add(&slots[i].version, 1);
    slot = i;
    break;
  }
  pthread_mutex_unlock(&adding);
  return slot;
}

bool mj_guard_tripped(int slot) {
  return slot >= 0 && slot < SLOTS && atomic_load_explicit(&slots[slot].tripped, memory_order_relaxed);
}

void mj_guard_remove(int slot) {
  if (slot >= 0 && slot < SLOTS) atomic_fetch_add(&slots[slot].version, 1);
}

const void *mj_memmem(const void *haystack, size_t haystack_length,
                      const void *needle, size_t needle_length) {
  return memmem(haystack, haystack_length, needle, needle_length);
}

int mj_rename_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}
