/* Opens the document of an earlier run: a file, or run.json of a folder. Owns what is said when it
 * cannot be read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/run/account.h"

static bool is_folder(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The text, at most DV_ACCOUNT_BYTES of it; the caller frees it. */
static char *read_all(const char *path, size_t *n, struct dv_diag *d)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc((size_t)DV_ACCOUNT_BYTES + 1) : NULL;
    bool broken = !f;
    if (text) {
        *n = fread(text, 1, (size_t)DV_ACCOUNT_BYTES + 1, f);
        broken = ferror(f);
    }
    if (broken)
        dv_fail(d, DV_E_IO, "cannot read '%.200s': %s", path, strerror(errno));
    else if (!text)
        dv_fail(d, DV_E_MEMORY, "out of memory while reading '%.200s'", path);
    else if (*n > DV_ACCOUNT_BYTES)
        dv_fail(d, DV_E_CONFIG, "'%.200s' is larger than 32 MiB: no document of a run is", path);
    else if (!*n)
        dv_fail(d, DV_E_CONFIG, "'%.200s' is empty", path);
    if (f)
        fclose(f);
    if (text && !broken && *n && *n <= DV_ACCOUNT_BYTES)
        return text;
    free(text);
    return NULL;
}

struct dv_account *dv_account_read(const char *from, char *path, size_t size, struct dv_diag *d)
{
    bool folder = is_folder(from);
    size_t n = 0;
    if (snprintf(path, size, "%s%s", from, folder ? "/run.json" : "") >= (int)size) {
        dv_fail(d, DV_E_IO, "the name '%.64s..' is too long", from);
        return NULL;
    }
    char *text = read_all(path, &n, d);
    if (!text && folder && d && d->code == DV_E_IO)
        dv_diag_fix(d, "a folder that dv prof -o made has it");
    struct dv_account *a = text ? dv_account_parse(text, n, path, d) : NULL;
    free(text);
    return a;
}
