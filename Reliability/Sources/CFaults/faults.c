// Loaded before a program under test (LD_PRELOAD): makes its system calls fail, cuts them short, ends
// it between two of them, or writes down what it writes. Only files below one directory are touched.
//
//   MJ_FAULTS_ROOT   the directory, with its final slash
//   MJ_FAULTS_RULE   one of
//                      CLASS:N:ERRNO  the Nth call of a class fails (read, write, sync, name, open,
//                                     attribute), with the number of the error
//                      space:N        the device has room for N more bytes
//                      short:N        reads and writes transfer at most N bytes at a time
//                      readonly:ERRNO nothing can be opened for writing
//                      kill:N         the process dies before the Nth call, whatever its class
//   MJ_FAULTS_COUNT  a file that receives the number of calls of each class when the program ends
//   MJ_FAULTS_LOG    a file that receives every pwrite: offset and count as 64-bit numbers, the bytes
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

// The fortified headers rename what is defined here.
#undef read
#undef open

enum { READ, WRITE, SYNC, NAME, OPEN, ATTRIBUTE, CLASSES };
static const char *const class_names[CLASSES] = {"read", "write", "sync", "name", "open", "attribute"};

static const char *root;
static int rule_class = -1;
static long rule_at, rule_errno, kill_at, short_at, readonly_errno;
static atomic_long space = LONG_MAX;
static atomic_long calls[CLASSES], all_calls;
static int log_file = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  root = getenv("MJ_FAULTS_ROOT");
  const char *rule = getenv("MJ_FAULTS_RULE");
  if (rule) {
    if (sscanf(rule, "kill:%ld", &kill_at) == 1) {
    } else if (sscanf(rule, "short:%ld", &short_at) == 1) {
    } else if (sscanf(rule, "readonly:%ld", &readonly_errno) == 1) {
    } else if (!strncmp(rule, "space:", 6)) {
      space = atol(rule + 6);
    } else {
      for (int i = 0; i < CLASSES; i++) {
        size_t length = strlen(class_names[i]);
        if (!strncmp(rule, class_names[i], length) && rule[length] == ':' &&
            sscanf(rule + length + 1, "%ld:%ld", &rule_at, &rule_errno) == 2)
          rule_class = i;
      }
      if (rule_class < 0) abort();
    }
  }
  const char *log = getenv("MJ_FAULTS_LOG");
  if (log) log_file = NEXT(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("MJ_FAULTS_COUNT");
  if (!path) return;
  FILE *file = fopen(path, "w");
  if (!file) return;
  for (int i = 0; i < CLASSES; i++) fprintf(file, "%s %ld\n", class_names[i], atomic_load(&calls[i]));
  fprintf(file, "all %ld\n", atomic_load(&all_calls));
  fclose(file);
}

static int is_path_watched(const char *path) {
  return root && path && !strncmp(path, root, strlen(root));
}

static int is_watched(int descriptor) {
  if (!root) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  // A directory has no final slash.
  size_t count = strlen(root);
  return !strncmp(path, root, count) || (!strncmp(path, root, count - 1) && path[count - 1] == 0);
}

/// Counts a call; true when it has to fail, with errno set.
static int fails(int class) {
  long all = atomic_fetch_add(&all_calls, 1) + 1;
  long number = atomic_fetch_add(&calls[class], 1) + 1;
  if (all == kill_at) raise(SIGKILL);
  if (class == rule_class && number == rule_at) {
    errno = (int)rule_errno;
    return 1;
  }
  return 0;
}

/// How many of `count` bytes may be read.
static size_t readable(size_t count) { return short_at && count > (size_t)short_at ? (size_t)short_at : count; }

/// How many of `count` bytes may be written; -1 with errno set when the device is full.
static ssize_t writable(size_t count) {
  if (short_at && count > (size_t)short_at) count = (size_t)short_at;
  long left = atomic_load(&space);
  if (left == LONG_MAX || count == 0) return (ssize_t)count;
  if (left <= 0) {
    errno = ENOSPC;
    return -1;
  }
  if ((long)count > left) count = (size_t)left;
  atomic_fetch_sub(&space, (long)count);
  return (ssize_t)count;
}

static void note(const void *bytes, size_t count, uint64_t offset) {
  if (log_file < 0) return;
  uint64_t head[2] = {offset, count};
  pthread_mutex_lock(&log_lock);
  if (NEXT(write)(log_file, head, sizeof head) < 0 || NEXT(write)(log_file, bytes, count) < 0) abort();
  pthread_mutex_unlock(&log_lock);
}

#define READING(descriptor, call)                        \
  if (!is_watched(descriptor)) return call(count);       \
  if (fails(READ)) return -1;                            \
  return call(readable(count));

ssize_t read(int descriptor, void *bytes, size_t count) {
#define CALL(n) NEXT(read)(descriptor, bytes, n)
  READING(descriptor, CALL)
#undef CALL
}
ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
#define CALL(n) NEXT(pread)(descriptor, bytes, n, offset)
  READING(descriptor, CALL)
#undef CALL
}
ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
#define CALL(n) NEXT(pread64)(descriptor, bytes, n, offset)
  READING(descriptor, CALL)
#undef CALL
}
ssize_t __pread64_chk(int descriptor, void *bytes, size_t count, off64_t offset, size_t size) {
  if (count > size) abort();
  return pread64(descriptor, bytes, count, offset);
}
ssize_t __read_chk(int descriptor, void *bytes, size_t count, size_t size) {
  if (count > size) abort();
  return read(descriptor, bytes, count);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!is_watched(descriptor)) return NEXT(write)(descriptor, bytes, count);
  if (fails(WRITE)) return -1;
  ssize_t allowed = writable(count);
  return allowed < 0 ? -1 : NEXT(write)(descriptor, bytes, (size_t)allowed);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  if (!is_watched(descriptor)) return NEXT(pwrite)(descriptor, bytes, count, offset);
  if (fails(WRITE)) return -1;
  ssize_t allowed = writable(count);
  if (allowed < 0) return -1;
  note(bytes, (size_t)allowed, (uint64_t)offset);
  return NEXT(pwrite)(descriptor, bytes, (size_t)allowed, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return pwrite(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  if (is_watched(descriptor) && fails(SYNC)) return -1;
  return NEXT(fsync)(descriptor);
}
int fdatasync(int descriptor) {
  if (is_watched(descriptor) && fails(SYNC)) return -1;
  return NEXT(fdatasync)(descriptor);
}

int rename(const char *from, const char *to) {
  if (is_path_watched(to) && fails(NAME)) return -1;
  return NEXT(rename)(from, to);
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  if (is_path_watched(to) && fails(NAME)) return -1;
  return NEXT(renameat2)(from_folder, from, to_folder, to, flags);
}
int link(const char *from, const char *to) {
  if (is_path_watched(to) && fails(NAME)) return -1;
  return NEXT(link)(from, to);
}
int unlink(const char *path) {
  if (is_path_watched(path) && fails(NAME)) return -1;
  return NEXT(unlink)(path);
}

#define OPENING(name)                                        \
  int name(const char *path, int flags, ...) {               \
    mode_t mode = 0;                                         \
    if (flags & O_CREAT) {                                  \
      va_list arguments;                                     \
      va_start(arguments, flags);                            \
      mode = va_arg(arguments, mode_t);                      \
      va_end(arguments);                                     \
    }                                                        \
    if (is_path_watched(path)) {                             \
      if (fails(OPEN)) return -1;                            \
      if (readonly_errno && (flags & (O_ACCMODE | O_CREAT))) { \
        errno = (int)readonly_errno;                         \
        return -1;                                           \
      }                                                      \
    }                                                        \
    return NEXT(name)(path, flags, mode);                    \
  }
OPENING(open)
OPENING(open64)

int fchmod(int descriptor, mode_t mode) {
  if (is_watched(descriptor) && fails(ATTRIBUTE)) return -1;
  return NEXT(fchmod)(descriptor, mode);
}
int futimens(int descriptor, const struct timespec times[2]) {
  if (is_watched(descriptor) && fails(ATTRIBUTE)) return -1;
  return NEXT(futimens)(descriptor, times);
}
int ftruncate(int descriptor, off_t size) {
  if (is_watched(descriptor) && fails(ATTRIBUTE)) return -1;
  return NEXT(ftruncate)(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  if (is_watched(descriptor) && fails(ATTRIBUTE)) return -1;
  return NEXT(ftruncate64)(descriptor, size);
}
int fstat(int descriptor, struct stat *status) {
  if (is_watched(descriptor) && fails(ATTRIBUTE)) return -1;
  return NEXT(fstat)(descriptor, status);
}
