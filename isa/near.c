/* The name a user probably meant. Owns the edit distance, with fixed rows: any input costs bounded
 * time and no memory. */
#include "isa/near.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t dv_edits(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[DV_NEAR_LONGEST + 1];

    if (na > DV_NEAR_LONGEST || nb > DV_NEAR_LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t replaced = diagonal + (same ? 0 : 1);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[nb];
}

const char *dv_nearest(const char *word, size_t n, size_t limit, dv_name_list list, const void *ctx)
{
    const char *best = NULL, *name;

    if (!limit)
        limit = (n < 3 ? 1 : n < 6 ? 2 : n / 3) + 1;
    for (unsigned i = 0; (name = list(ctx, i)); i++) {
        size_t distance = dv_edits(word, n, name, strlen(name));
        if (distance < limit) {
            limit = distance;
            best = name;
        }
    }
    return best;
}
