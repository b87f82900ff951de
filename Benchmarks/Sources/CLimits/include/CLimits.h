// The best C loops for the questions that the suites ask: what the library is measured against.
#ifndef C_LIMITS_H
#define C_LIMITS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a walk found: enough that no compiler can leave the loads out.
struct walk_result {
  uint64_t records, bytes, types, addresses;
};

/// What a loop asks the processor for ahead of its record: the line `distance` bytes on, or as many
/// `lines` from there on as a record of up to 2 KiB has. Which is faster depends on the processor.
struct prefetch {
  size_t distance;
  bool lines;
};

/// Length, type and address of every record of an R2 journal, without a prefetch if its distance is 0.
/// Checks that a block's padding is zero, as all walks here do.
struct walk_result c_walk(const uint8_t *data, size_t start, size_t end, struct prefetch ahead);

/// The same, and the header fields, every subscript and every value word are looked at. Returns a
/// sum over all of them.
uint64_t c_decode(const uint8_t *data, size_t start, size_t end, struct prefetch ahead);

/// The number of records whose global is `name`.
uint64_t c_filter(const uint8_t *data, size_t start, size_t end, struct prefetch ahead,
                  const char *name, size_t length);

/// Has every cache line come to the processor: memory read bandwidth.
uint64_t c_read(const uint8_t *data, size_t size);

/// `rounds` rounds of arithmetic that keep a processor's units busy and touch no memory.
uint64_t c_arithmetic(uint64_t rounds);

/// Puts the bytes out of every cache of the processor; the system's page cache keeps them. Returns 0
/// where the processor cannot: a buffer several times the cache must be streamed through then.
int c_evict(const uint8_t *data, size_t size);

/// CRC-32C of every 64 KiB block, by ISA-L.
uint32_t c_checksums(const uint8_t *data, size_t start, size_t end);

/// The number of line feeds, by memchr.
uint64_t c_lines(const uint8_t *data, size_t size);

/// Copies `size` bytes piece by piece into a buffer of 64 KiB, each piece as long as the lines of a
/// dump are on average.
uint64_t c_copy_lines(const uint8_t *data, size_t size, size_t line, uint8_t *buffer);

/// Writes `size` bytes to `descriptor` in blocks of 64 KiB, each with its CRC-32C. Returns 0, or -1.
int c_write_blocks(int descriptor, uint8_t *block, size_t size);

enum c_codec { C_ZLIB = 0, C_ZSTD = 1, C_LZ4 = 2 };

/// A codec's contexts, made once.
struct c_codec_context;
struct c_codec_context *c_codec_open(enum c_codec codec, int level);
void c_codec_close(struct c_codec_context *context);
/// The largest frame of `size` bytes.
size_t c_codec_bound(struct c_codec_context *context, size_t size);
/// One frame as the containers hold it, content size and checksum included. Returns 0 on failure.
size_t c_codec_frame(struct c_codec_context *context, const uint8_t *data, size_t size,
                     uint8_t *target, size_t room);
/// The codec's bare block, without frame and checksum.
size_t c_codec_block(struct c_codec_context *context, const uint8_t *data, size_t size,
                     uint8_t *target, size_t room);
/// Back from the bare block. Returns the size, 0 on failure.
size_t c_codec_restore_block(struct c_codec_context *context, const uint8_t *block, size_t size,
                             uint8_t *target, size_t room);
#endif
