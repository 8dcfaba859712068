/* SHA-256 (FIPS 180-4), for the identity of a chip file in results. Knows nothing else. */
#ifndef DV_CHIPS_SHA256_H
#define DV_CHIPS_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct dv_sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[64];
};

void dv_sha256_init(struct dv_sha256 *s);
void dv_sha256_add(struct dv_sha256 *s, const void *data, size_t n);
/* 64 lower-case hex digits and a zero. */
void dv_sha256_hex(struct dv_sha256 *s, char out[65]);

#endif
