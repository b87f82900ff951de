#include "CLimits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <isa-l/crc.h>
#include <string.h>
#include <unistd.h>

// One word of each line: with all of them, the processor looks less far ahead and reads more slowly.
uint64_t c_read(const uint8_t *data, size_t size) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 8 <= size; i += 64) {
    uint64_t word;
    memcpy(&word, data + i, 8);
    sum += word;
  }
  return sum;
}

// More of it at once than a processor has units for, so that it shows what a neighbour in the other half
// of the core takes.
uint64_t c_arithmetic(uint64_t rounds) {
  uint64_t x[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (uint64_t i = 0; i < rounds; i++)
    for (int k = 0; k < 10; k++) {
      x[k] = x[k] * 3 + i;
      x[k] ^= x[k] >> 7;
      __asm__ volatile("" : "+r"(x[k]));  // In vectors it would wait for itself instead.
    }
  uint64_t sum = 0;
  for (int k = 0; k < 10; k++) sum ^= x[k];
  return sum;
}

int c_evict(const uint8_t *data, size_t size) {
#if defined(__x86_64__)
  for (size_t i = 0; i < size; i += 64) {
#ifdef __CLFLUSHOPT__
    _mm_clflushopt((void *)(data + i));
#else
    _mm_clflush(data + i);
#endif
  }
  _mm_mfence();
  return 1;
#else
  return 0;
#endif
}

uint32_t c_checksums(const uint8_t *data, size_t start, size_t end) {
  uint32_t sum = 0;
  for (size_t block = start; block < end; block += 65536) {
    size_t size = end - block < 65536 ? end - block : 65536;
    sum ^= crc32_iscsi((unsigned char *)data + block, (int)size, 0xFFFFFFFF);
  }
  return sum;
}

uint64_t c_lines(const uint8_t *data, size_t size) {
  uint64_t lines = 0;
  const uint8_t *end = data + size;
  while ((data = memchr(data, '\n', (size_t)(end - data)))) {
    lines++;
    if (++data == end) break;
  }
  return lines;
}

uint64_t c_copy_lines(const uint8_t *data, size_t size, size_t line, uint8_t *buffer) {
  uint64_t sum = 0;
  size_t used = 0;
  for (size_t offset = 0; offset + line <= size; offset += line) {
    if (used + line > 65536) {
      sum += buffer[used / 2];
      used = 0;
    }
    memcpy(buffer + used, data + offset, line);
    used += line;
  }
  return sum;
}

int c_write_blocks(int descriptor, uint8_t *block, size_t size) {
  for (size_t done = 0; done < size; done += 65536) {
    uint32_t sum = crc32_iscsi(block, 65536, 0xFFFFFFFF);
    memcpy(block + 4, &sum, 4);
    if (write(descriptor, block, 65536) != 65536) return -1;
  }
  return 0;
}
