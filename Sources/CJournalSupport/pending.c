#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "CJournalSupport.h"

// A slot is written by the thread that has taken it, before it is `ready`; a handler reads ready ones only.
enum { slots = 64, longest = 4096 };
enum { unused, taken, ready };
static char names[slots][longest];
static atomic_int states[slots];

int mj_pending_add(const char *path) {
  size_t length = strlen(path);
  if (length >= longest) return -1;
  for (int slot = 0; slot < slots; slot++) {
    int expected = unused;
    if (!atomic_compare_exchange_strong(&states[slot], &expected, taken)) continue;
    memcpy(names[slot], path, length + 1);
    atomic_store(&states[slot], ready);
    return slot;
  }
  return -1;
}

void mj_pending_drop(int slot) {
  if (slot >= 0 && slot < slots) atomic_store(&states[slot], unused);
}

static void remove_and_end(int number) {
  for (int slot = 0; slot < slots; slot++)
    if (atomic_load(&states[slot]) == ready) unlink(names[slot]);
  // Directories, which are empty now unless something else is in them; the inner ones were made later.
  for (int slot = slots - 1; slot >= 0; slot--)
    if (atomic_load(&states[slot]) == ready) rmdir(names[slot]);
  signal(number, SIG_DFL);
  raise(number);
}

void mj_pending_remove_on_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
    struct sigaction action;
    if (sigaction(numbers[index], NULL, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_and_end;
    // The signal that is raised in the handler has to get through.
    action.sa_flags = SA_NODEFER | SA_RESETHAND;
    sigaction(numbers[index], &action, NULL);
  }
}
