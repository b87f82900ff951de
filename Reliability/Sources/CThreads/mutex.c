// The slow paths of Swift's Mutex stand in a library that the thread sanitizer does not see, so that
// it takes every contended lock for no lock. These are called in their place, call them, and tell
// the sanitizer what they do; the fast paths are compiled into the caller, where it sees them.
#if __has_feature(thread_sanitizer)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void mj_lock_slow(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void mj_unlock_slow(SELF void *handle) __asm__(UNLOCK);

SWIFT void mj_lock_slow(uint32_t thread, SELF void *handle) {
  SWIFT void (*original)(uint32_t, SELF void *) =
      (SWIFT void (*)(uint32_t, SELF void *))dlsym(RTLD_NEXT, LOCK);
  original(thread, handle);
  __tsan_acquire(handle);
}

SWIFT void mj_unlock_slow(SELF void *handle) {
  SWIFT void (*original)(SELF void *) = (SWIFT void (*)(SELF void *))dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(handle);
  original(handle);
}
#endif
