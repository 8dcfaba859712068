/* JSON on both sides of the notes: checked readers and writers over jansson.
 *
 * Owns the messages for malformed notes and the treatment of text that is not UTF-8. Knows no
 * note's content. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

json_t *dv_note_text(const char *text)
{
    json_t *j = json_string(text);
    if (j || !text)
        return j;
    char *plain = strdup(text);
    for (char *c = plain; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    j = plain ? json_string(plain) : NULL;
    free(plain);
    return j;
}

bool dv_note_put(json_t *object, const char *key, const char *text)
{
    if (!text)
        return true;
    json_t *j = dv_note_text(text);
    return j && !json_object_set_new(object, key, j);
}

bool dv_note_put_int(json_t *object, const char *key, uint64_t value)
{
    json_t *j = json_integer((json_int_t)value);
    return j && !json_object_set_new(object, key, j);
}

enum dv_err dv_note_get(const struct dv_note_at *at, const json_t *object, const char *key,
                        bool needed, char **out)
{
    const json_t *j = json_object_get(object, key);
    if (!j && !needed)
        return DV_OK;
    if (!json_is_string(j))
        return dv_fail(at->d, DV_E_OBJECT, j ? "%s: '%s' is no text" : "%s: '%s' is missing",
                       at->where, key);
    *out = strdup(json_string_value(j));
    return *out ? DV_OK : dv_fail(at->d, DV_E_MEMORY, "out of memory");
}

enum dv_err dv_note_get_int(const struct dv_note_at *at, const json_t *object, const char *key,
                            uint64_t most, uint64_t *out)
{
    const json_t *j = json_object_get(object, key);
    if (!j)
        return DV_OK;
    uint64_t v = (uint64_t)json_integer_value(j);
    if (!json_is_integer(j) || v > most)
        return dv_fail(at->d, DV_E_OBJECT, "%s: '%s' must be an integer in 0..%" PRIu64, at->where,
                       key, most);
    *out = v;
    return DV_OK;
}

enum dv_err dv_note_get_word(const struct dv_note_at *at, const json_t *object, const char *key,
                             const char *const *list, unsigned n, unsigned *out)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (unsigned i = 0; text && i < n; i++) {
        if (!list[i] || strcmp(list[i], text))
            continue;
        *out = i;
        return DV_OK;
    }
    if (!text)
        return dv_fail(at->d, DV_E_OBJECT, "%s: '%s' is missing or no text", at->where, key);
    return dv_fail(at->d, DV_E_OBJECT, "%s: unknown %s '%.40s'", at->where, key, text);
}

enum dv_err dv_note_array(const struct dv_note_at *at, const json_t *array, const char *what,
                          size_t bytes, void **out, uint32_t *n)
{
    size_t size = json_array_size(array);
    if (!json_is_array(array) || size > DV_ENTRIES_MAX)
        return dv_fail(at->d, DV_E_OBJECT, "%s: %s must be an array of at most %d entries",
                       at->where, what, DV_ENTRIES_MAX);
    if (!size)
        return DV_OK;
    *out = calloc(size, bytes);
    if (!*out)
        return dv_fail(at->d, DV_E_MEMORY, "out of memory");
    *n = (uint32_t)size;
    return DV_OK;
}

enum dv_err dv_note_finish(json_t *value, char **text, struct dv_diag *d)
{
    *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    return *text ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");
}

enum dv_err dv_note_parse(const char *text, size_t n, const char *what, json_t **out,
                          struct dv_diag *d)
{
    json_error_t error;
    *out = json_loadb(text, n, 0, &error);
    if (*out)
        return DV_OK;
    return dv_fail(d, DV_E_OBJECT, "%s is no valid JSON: %s at byte %d", what, error.text,
                   error.position);
}
