// What a journal reader needs and Swift cannot say: a cache prefetch, which of 16 bytes are of some
// kind, whether many are zero, GNU memmem, a guard that turns the SIGBUS of a shrunk mapped file into
// an error, a disk that begins to write, how much memory is in use, and a rename that replaces nothing.
#ifndef C_JOURNAL_SUPPORT_H
#define C_JOURNAL_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Asks for the cache line at `address`; an address outside the process is harmless.
static inline __attribute__((always_inline)) void mj_prefetch(uintptr_t address) {
  __builtin_prefetch((const void *)address, 0, 3);
}

/// The commit that was built, as `scripts/release` states it; empty in any other build.
const char *mj_commit(void);

/// Whether the process can get `count` bytes more. An optimizer takes the place of a malloc whose memory
/// nobody uses for granted: this one's is seen.
bool mj_has_memory(size_t count);

/// Whether ISA-L finds the instructions of its fast CRC-32C here.
bool mj_counts_crc(void);

/// Whether this processor walks faster when lines are asked for 512 bytes ahead instead of 1.5 KiB: AMD's
/// Zen 4, which seems to take what lies further on for another stream.
bool mj_prefetches_near(void);

typedef signed char mj_bytes16 __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) mj_bytes16 mj_load16(const void *from) {
  mj_bytes16 bytes;
  __builtin_memcpy(&bytes, from, 16);
  return bytes;
}

/// Bit i is set where byte i is -1.
static inline __attribute__((always_inline)) uint32_t mj_mask16(mj_bytes16 marked) {
#ifdef __SSE2__
  return (uint32_t)__builtin_ia32_pmovmskb128(marked);
#else
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)(marked[i] & 1) << i;
  return mask;
#endif
}

/// Copies 16 bytes and returns which of them are not plain: bit i is set where byte i is no printable
/// ASCII (0x20 to 0x7E), or is `first` or `second`. Both places need not be aligned.
static inline __attribute__((always_inline)) uint32_t mj_copy_marking(
    void *to, const void *from, uint8_t first, uint8_t second) {
  const mj_bytes16 bytes = mj_load16(from);
  __builtin_memcpy(to, &bytes, 16);
  // Signed, so that bytes from 0x80 on are below 0x20.
  return mj_mask16((mj_bytes16)(bytes < 0x20) | (mj_bytes16)(bytes == 0x7F) |
                   (mj_bytes16)(bytes == (signed char)first) |
                   (mj_bytes16)(bytes == (signed char)second));
}

/// Copies 16 bytes and returns which of them are `first` or `second`.
static inline __attribute__((always_inline)) uint32_t mj_copy_matching(
    void *to, const void *from, uint8_t first, uint8_t second) {
  const mj_bytes16 bytes = mj_load16(from);
  __builtin_memcpy(to, &bytes, 16);
  return mj_mask16((mj_bytes16)(bytes == (signed char)first) |
                   (mj_bytes16)(bytes == (signed char)second));
}

/// Which of 16 bytes put a CSV field in quotes: a quote, a comma, or one that breaks the line.
static inline __attribute__((always_inline)) uint32_t mj_csv_marks(const void *from) {
  const mj_bytes16 bytes = mj_load16(from);
  return mj_mask16((mj_bytes16)(bytes == '"') | (mj_bytes16)(bytes == ',') |
                   (mj_bytes16)(bytes == '\n') | (mj_bytes16)(bytes == '\r'));
}

/// Notes a file that a signal which ends the process removes; the slot, or -1 when there is no room.
int mj_pending_add(const char *path);

/// Forgets the file of a slot.
void mj_pending_drop(int slot);

/// From now on SIGINT, SIGTERM, SIGHUP and SIGPIPE, where they end the process, remove the files that are noted
/// first.
void mj_pending_remove_on_signals(void);

/// Whether `count` bytes are all zero.
bool mj_is_zero(const void *bytes, size_t count);

/// `memmem(3)`, which Glibc's module does not export.
const void *mj_memmem(const void *haystack, size_t haystack_length,
                      const void *needle, size_t needle_length);

/// Watches a mapping. When a page of it vanishes because the file shrank, zeros take the page's
/// place and `mj_guard_tripped` answers true. Returns a slot, or -1 when all slots are in use.
int mj_guard_add(const void *start, size_t length);
bool mj_guard_tripped(int slot);
void mj_guard_remove(int slot);

/// Bytes that the process has allocated and not freed, by glibc's own count.
size_t mj_heap_in_use(void);

/// Has the disk begin to write a part of a file, without waiting for it.
void mj_begin_sync(int descriptor, long long offset, long long count);

/// Renames a file unless something has the new name; -1 with errno `EEXIST` then, or `EINVAL` when
/// the file system cannot do both in one step.
int mj_rename_new(const char *from, const char *to);

/// A number of a rule: where it stands, counted from the rule's first number, and its width in bytes.
typedef struct {
  int16_t at;
  int16_t width;
} mj_part;

/// How a number leads to the next of its kind: the sum of its parts, in units, and what is added to it,
/// rounded up, are a distance; or an address, to which `adds` is added.
typedef struct {
  mj_part parts[3];
  int32_t part_count;
  bool is_big_endian;
  bool goes_back;
  bool is_address;
  int32_t unit;
  int32_t adds;
  int32_t rounds;
  int64_t least;
  int64_t most;
} mj_rule;

/// Blocks of `size` bytes that begin and end with bytes of their own; a size of 0: none.
typedef struct {
  int64_t size;
  int64_t header;
  int64_t trailer;
} mj_grid;

/// The place `count` bytes of data on from `place`, blocks' own bytes left out.
int64_t mj_grid_advance(const mj_grid *grid, int64_t place, int64_t count);

/// How far `rule` leads from `place`; 0: nowhere. `base` is the address of the first of `bytes`.
int64_t mj_rule_step(const uint8_t *bytes, int64_t count, int64_t place, const mj_rule *rule,
                     int64_t base, const mj_grid *grid);

/// The number of `width` bytes at each of `count` places; 0 where it is longer than any record.
void mj_numbers(const uint8_t *bytes, int64_t count, int32_t width, bool is_big, int32_t *values);

/// Where the chain in `bytes` begins that spans most of them, at least `least_span`, and the one that
/// has most records, if it is another; -1 for none. `reach` holds twice `count` numbers; `values` are
/// those of `mj_numbers` for a rule of one number that is a distance, else NULL.
void mj_find_chains(const uint8_t *bytes, int64_t count, const mj_rule *rule, int64_t base,
                    const int32_t *values, int64_t least_span, int32_t *reach, int32_t firsts[2]);

/// The places of the chain that begins at `first`, at most `count`, and how many.
int64_t mj_follow_chain(const uint8_t *bytes, int64_t count, const mj_rule *rule, int64_t base,
                        int32_t first, int32_t *places);

/// Whether the steps of a chain differ as those of records do: rows of a table do not.
bool mj_steps_vary(const int32_t *places, int64_t found);

/// Bits in one of `total` bytes that occur as often as `counts` says.
double mj_entropy(const uint32_t *counts, int64_t total);

/// Bits that the bytes around the places of a chain are more alike than bytes elsewhere.
double mj_chain_gain(const uint8_t *bytes, int64_t count, const int32_t *places, int64_t found,
                     const mj_rule *rule, double base_entropy, int32_t from, int32_t to);

/// Walks from `start` up to (or down to) `limit`, at most `most` steps; the places met, and how many.
int64_t mj_walk_chain(const uint8_t *bytes, int64_t count, int64_t start, int64_t limit,
                      const mj_rule *rule, const mj_grid *grid, int64_t *places, int64_t most);

#endif
