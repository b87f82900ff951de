#include <isa-l.h>
#include <isa-l/crc.h>
#include <isa-l/mem_routines.h>
#include <isa-l/igzip_lib.h>
