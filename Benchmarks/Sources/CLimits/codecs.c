#include "CLimits.h"

#include <isa-l/crc.h>
#include <libdeflate.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct c_codec_context {
  enum c_codec codec;
  int level;
  ZSTD_CCtx *zstd, *bare_zstd;
  ZSTD_DCtx *zstd_restore;
  LZ4F_cctx *lz4;
  void *lz4_state;
  struct libdeflate_compressor *deflate;
  struct libdeflate_decompressor *inflate;
};

struct c_codec_context *c_codec_open(enum c_codec codec, int level) {
  struct c_codec_context *context = calloc(1, sizeof *context);
  context->codec = codec;
  context->level = level;
  switch (codec) {
  case C_ZSTD:
    context->zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context->zstd, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context->zstd, ZSTD_c_checksumFlag, 1);
    context->bare_zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context->bare_zstd, ZSTD_c_compressionLevel, level);
    context->zstd_restore = ZSTD_createDCtx();
    break;
  case C_LZ4:
    LZ4F_createCompressionContext(&context->lz4, LZ4F_VERSION);
    context->lz4_state = malloc((size_t)(level >= 3 ? LZ4_sizeofStateHC() : LZ4_sizeofState()));
    break;
  case C_ZLIB:
    context->deflate = libdeflate_alloc_compressor(level);
    context->inflate = libdeflate_alloc_decompressor();
    break;
  }
  return context;
}

void c_codec_close(struct c_codec_context *context) {
  ZSTD_freeCCtx(context->zstd);
  ZSTD_freeCCtx(context->bare_zstd);
  ZSTD_freeDCtx(context->zstd_restore);
  LZ4F_freeCompressionContext(context->lz4);
  free(context->lz4_state);
  if (context->deflate) libdeflate_free_compressor(context->deflate);
  if (context->inflate) libdeflate_free_decompressor(context->inflate);
  free(context);
}

size_t c_codec_bound(struct c_codec_context *context, size_t size) {
  switch (context->codec) {
  case C_ZSTD: return ZSTD_compressBound(size);
  case C_LZ4: return (size_t)LZ4_compressBound((int)size) + 4096;
  case C_ZLIB: return libdeflate_deflate_compress_bound(NULL, size) + 64;
  }
  return 0;
}

static size_t lz4_frame(struct c_codec_context *context, const uint8_t *data, size_t size,
                        uint8_t *target, size_t room) {
  LZ4F_preferences_t preferences;
  memset(&preferences, 0, sizeof preferences);
  preferences.frameInfo.blockSizeID = size > (1 << 20) ? LZ4F_max4MB : LZ4F_max1MB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.contentSize = size;
  preferences.compressionLevel = context->level;
  preferences.autoFlush = 1;
  LZ4F_compressOptions_t options;
  memset(&options, 0, sizeof options);
  options.stableSrc = 1;
  size_t used = LZ4F_compressBegin(context->lz4, target, room, &preferences);
  if (LZ4F_isError(used)) return 0;
  size_t body = LZ4F_compressUpdate(context->lz4, target + used, room - used, data, size, &options);
  if (LZ4F_isError(body)) return 0;
  used += body;
  size_t end = LZ4F_compressEnd(context->lz4, target + used, room - used, &options);
  return LZ4F_isError(end) ? 0 : used + end;
}

size_t c_codec_frame(struct c_codec_context *context, const uint8_t *data, size_t size,
                     uint8_t *target, size_t room) {
  switch (context->codec) {
  case C_ZSTD: {
    size_t result = ZSTD_compress2(context->zstd, target, room, data, size);
    return ZSTD_isError(result) ? 0 : result;
  }
  case C_LZ4: return lz4_frame(context, data, size, target, room);
  case C_ZLIB: {
    size_t body = libdeflate_deflate_compress(context->deflate, data, size, target + 20, room - 28);
    if (body == 0) return 0;
    uint32_t sum = crc32_gzip_refl(0, data, size);
    memcpy(target + 20 + body, &sum, 4);
    return body + 28;
  }
  }
  return 0;
}

size_t c_codec_block(struct c_codec_context *context, const uint8_t *data, size_t size,
                     uint8_t *target, size_t room) {
  switch (context->codec) {
  case C_ZSTD: {
    size_t result = ZSTD_compress2(context->bare_zstd, target, room, data, size);
    return ZSTD_isError(result) ? 0 : result;
  }
  case C_LZ4:
    if (context->level >= 3)
      return (size_t)LZ4_compress_HC_extStateHC(context->lz4_state, (const char *)data,
                                                (char *)target, (int)size, (int)room,
                                                context->level);
    return (size_t)LZ4_compress_fast_extState(context->lz4_state, (const char *)data,
                                              (char *)target, (int)size, (int)room,
                                              context->level < 1 ? 1 - context->level : 1);
  case C_ZLIB: return libdeflate_deflate_compress(context->deflate, data, size, target, room);
  }
  return 0;
}

size_t c_codec_restore_block(struct c_codec_context *context, const uint8_t *block, size_t size,
                             uint8_t *target, size_t room) {
  switch (context->codec) {
  case C_ZSTD: {
    size_t result = ZSTD_decompressDCtx(context->zstd_restore, target, room, block, size);
    return ZSTD_isError(result) ? 0 : result;
  }
  case C_LZ4: {
    int result = LZ4_decompress_safe((const char *)block, (char *)target, (int)size, (int)room);
    return result < 0 ? 0 : (size_t)result;
  }
  case C_ZLIB: {
    size_t result = 0;
    return libdeflate_deflate_decompress(context->inflate, block, size, target, room, &result)
                   == LIBDEFLATE_SUCCESS
               ? result
               : 0;
  }
  }
  return 0;
}
