#ifndef C_WALK_H
#define C_WALK_H
#include <stddef.h>
#include <stdint.h>

/// What a walk found: enough that no compiler can leave the loads out.
struct walk_result { uint64_t records, bytes, types, addresses; };

/// The plain loop: length, type and address of every record of an R1 journal.
struct walk_result c_walk(const uint8_t *data, size_t start, size_t end);
/// The same with a software prefetch `distance` bytes ahead.
struct walk_result c_walk_prefetch(const uint8_t *data, size_t start, size_t end, size_t distance);
#endif
