/* npy and npz files: the exchange format of tensors. */
#ifndef DV_RUN_NPY_H
#define DV_RUN_NPY_H

#include "isa/isa.h"

enum { DV_NPY_DIMS = 8 };

/* A parsed header over bytes it does not own. */
struct dv_npy {
    char kind;      /* f i u b V */
    unsigned bytes; /* of one element, 1..16 */
    bool big;       /* big-endian */
    bool fortran;
    unsigned dims;
    uint64_t dim[DV_NPY_DIMS];
    uint64_t elems;
    const uint8_t *data; /* elems * bytes bytes */
};

/* Parses an image (versions 1 to 3); any bytes are safe. CONFIG names file and defect. */
enum dv_err dv_npy_parse(const uint8_t *p, size_t n, const char *file, struct dv_npy *out,
                         struct dv_diag *d);

/* Reads FILE.npy, or from FILE.npz the member `name`.npy (or its only member), checks type and
 * shape against a tensor and copies the elements, little-endian, to dst (`bytes` bytes). 16-bit
 * brain floats are stored as u2, 4-bit types packed two a byte as u1 with half the last
 * dimension. IO when unreadable, CONFIG when it does not fit. */
enum dv_err dv_npy_load(const char *file, const char *name, enum dv_elem elem, const uint64_t *dim,
                        unsigned dims, void *dst, uint64_t bytes, struct dv_diag *d);

/* Only the shape, as stored; fails without a word where dv_npy_load would say why. */
enum dv_err dv_npy_shape(const char *file, const char *name, uint64_t dim[DV_NPY_DIMS],
                         unsigned *dims);

/* Writes version 1, C order, little-endian. IO on failure. */
enum dv_err dv_npy_save(const char *file, enum dv_elem elem, const uint64_t *dim, unsigned dims,
                        const void *src, uint64_t bytes, struct dv_diag *d);

/* numpy's name of a type: "<f2", "|u1". */
const char *dv_npy_descr(enum dv_elem elem);

#endif
