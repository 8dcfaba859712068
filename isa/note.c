/* The notes of an object: ISA version, kernels, names, source hash (section .note.dv).
 *
 * Owns the records of the section and the JSON of names (type 3). The kernels' JSON is kernel.c's;
 * this file knows nothing of ELF beyond a note record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

#define OWNER "dv"

static const char *const kind_names[] = {"buffer", "flag",  "mark", "allow",
                                         "assert", "print", "dump", "expect_cycles"};

enum { KINDS = sizeof kind_names / sizeof *kind_names };

/* ---- names as JSON --------------------------------------------------------------------------- */

static bool put_buffer(json_t *j, const struct dv_name *n)
{
    return dv_note_put(j, "space", dv_spaces[n->space].name) &&
           dv_note_put_int(j, "address", n->address) && dv_note_put_int(j, "bytes", n->bytes) &&
           dv_note_put_int(j, "copies", n->copies) && dv_note_put_int(j, "pitch", n->pitch);
}

static bool put_flag(json_t *j, const struct dv_name *n)
{
    return dv_note_put(j, "src", dv_pipe_names[n->src]) &&
           dv_note_put(j, "dst", dv_pipe_names[n->dst]) && dv_note_put_int(j, "first", n->first) &&
           dv_note_put_int(j, "copies", n->copies);
}

static bool put_spot(json_t *j, const struct dv_name *n)
{
    if (n->kind == DV_NAME_DUMP && !dv_note_put(j, "space", dv_spaces[n->space].name))
        return false;
    if (n->kind == DV_NAME_EXPECT &&
        (!dv_note_put_int(j, "low", n->address) || !dv_note_put_int(j, "high", n->bytes)))
        return false;
    return dv_note_put_int(j, "pc", n->pc) && dv_note_put(j, "text", n->text) &&
           (!n->end || dv_note_put_int(j, "end", 1)) && dv_note_put(j, "file", n->file) &&
           (!n->line || dv_note_put_int(j, "line", n->line));
}

static bool put_name(json_t *j, const struct dv_name *n)
{
    if (!dv_note_put(j, "kind", kind_names[n->kind]) || !dv_note_put(j, "name", n->name) ||
        (n->kernel && !dv_note_put_int(j, "kernel", n->kernel)))
        return false;
    if (n->kind == DV_NAME_BUFFER)
        return put_buffer(j, n);
    if (n->kind == DV_NAME_FLAG)
        return put_flag(j, n);
    return put_spot(j, n);
}

static bool name_is_whole(const struct dv_name *n)
{
    if (!n->name || n->kind >= KINDS)
        return false;
    if (n->kind == DV_NAME_FLAG)
        return n->src < DV_PIPE_COUNT && n->dst < DV_PIPE_COUNT && dv_pipe_names[n->src] &&
               dv_pipe_names[n->dst];
    bool placed = n->kind == DV_NAME_BUFFER || n->kind == DV_NAME_DUMP;
    return !placed || n->space < DV_SPACE_COUNT;
}

static enum dv_err names_to_json(const struct dv_obj *o, char **text, struct dv_diag *d)
{
    if (o->names > DV_ENTRIES_MAX)
        return dv_fail(d, DV_E_OBJECT,
                       "more than %d buffers, flags, marks and allows in one object",
                       DV_ENTRIES_MAX);
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < o->names; i++) {
        json_t *j = json_object();
        if (!name_is_whole(&o->name[i])) {
            json_decref(list);
            json_decref(j);
            return dv_fail(d, DV_E_OBJECT, "name '%s' is incomplete",
                           o->name[i].name ? o->name[i].name : "?");
        }
        if (!j || json_array_append(list, j) || !put_name(j, &o->name[i])) {
            json_decref(list);
            list = NULL;
        }
        json_decref(j);
    }
    return dv_note_finish(list, text, d);
}

/* ---- names from JSON ------------------------------------------------------------------------- */

static enum dv_err read_space(const struct dv_note_at *at, const json_t *j, struct dv_name *n)
{
    const char *text = json_string_value(json_object_get(j, "space"));
    for (unsigned s = 0; text && s < DV_SPACE_COUNT; s++) {
        if (!dv_spaces[s].name || strcmp(dv_spaces[s].name, text))
            continue;
        n->space = (uint8_t)s;
        return DV_OK;
    }
    return dv_fail(at->d, DV_E_OBJECT, "%s: 'space' is missing or unknown", at->where);
}

static enum dv_err read_buffer(const struct dv_note_at *at, const json_t *j, struct dv_name *n)
{
    enum dv_err e = read_space(at, j, n);
    if (!e)
        e = dv_note_get_int(at, j, "address", INT64_MAX, &n->address);
    if (!e)
        e = dv_note_get_int(at, j, "bytes", INT64_MAX, &n->bytes);
    return e ? e : dv_note_get_int(at, j, "pitch", INT64_MAX, &n->pitch);
}

static enum dv_err read_flag(const struct dv_note_at *at, const json_t *j, struct dv_name *n)
{
    unsigned src = 0, dst = 0;
    uint64_t first = 0;
    enum dv_err e = dv_note_get_word(at, j, "src", dv_pipe_names, DV_PIPE_COUNT, &src);
    if (!e)
        e = dv_note_get_word(at, j, "dst", dv_pipe_names, DV_PIPE_COUNT, &dst);
    if (!e)
        e = dv_note_get_int(at, j, "first", UINT8_MAX, &first);
    n->src = (uint8_t)src;
    n->dst = (uint8_t)dst;
    n->first = (uint8_t)first;
    return e;
}

static enum dv_err read_spot(const struct dv_note_at *at, const json_t *j, struct dv_name *n)
{
    uint64_t end = 0, line = 0;
    enum dv_err e = dv_note_get_int(at, j, "pc", INT64_MAX, &n->pc);
    if (!e)
        e = dv_note_get_int(at, j, "end", 1, &end);
    if (!e)
        e = dv_note_get_int(at, j, "line", INT32_MAX, &line);
    if (!e && n->kind == DV_NAME_DUMP)
        e = read_space(at, j, n);
    if (!e && n->kind == DV_NAME_EXPECT)
        e = dv_note_get_int(at, j, "low", INT64_MAX, &n->address);
    if (!e && n->kind == DV_NAME_EXPECT)
        e = dv_note_get_int(at, j, "high", INT64_MAX, &n->bytes);
    n->end = end != 0;
    n->line = (uint32_t)line;
    if (!e)
        e = dv_note_get(at, j, "file", false, &n->file);
    return e ? e : dv_note_get(at, j, "text", false, &n->text);
}

static enum dv_err read_name(const struct dv_note_at *at, const json_t *j, struct dv_name *n)
{
    unsigned kind = 0;
    uint64_t copies = 0, kernel = 0;
    enum dv_err e = dv_note_get(at, j, "name", true, &n->name);
    if (!e)
        e = dv_note_get_word(at, j, "kind", kind_names, KINDS, &kind);
    if (!e)
        e = dv_note_get_int(at, j, "copies", UINT32_MAX, &copies);
    if (!e)
        e = dv_note_get_int(at, j, "kernel", DV_ENTRIES_MAX, &kernel);
    n->kernel = (uint32_t)kernel;
    n->kind = (uint8_t)kind;
    n->copies = (uint32_t)copies;
    if (e)
        return e;
    if (kind == DV_NAME_BUFFER)
        return read_buffer(at, j, n);
    return kind == DV_NAME_FLAG ? read_flag(at, j, n) : read_spot(at, j, n);
}

static enum dv_err names_from_json(const char *text, size_t n, struct dv_obj *o, struct dv_diag *d)
{
    json_t *list = NULL;
    struct dv_note_at at = {d, "names note"};
    enum dv_err e = dv_note_parse(text, n, at.where, &list, d);
    if (e)
        return e;
    if (o->name)
        e = dv_fail(d, DV_E_OBJECT, "names note appears twice");
    else
        e = dv_note_array(&at, list, "the note", sizeof *o->name, (void **)&o->name, &o->names);
    for (uint32_t i = 0; !e && i < o->names; i++) {
        char where[48];
        snprintf(where, sizeof where, "names note [%u]", i);
        struct dv_note_at inner = {d, where};
        e = read_name(&inner, json_array_get(list, i), &o->name[i]);
    }
    json_decref(list);
    return e;
}

/* ---- records --------------------------------------------------------------------------------- */

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t get_u32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool add_record(struct dv_bytes *out, enum dv_note type, const void *p, size_t n)
{
    static const uint8_t zero[4];
    uint8_t head[16] = {0};
    if (n > INT32_MAX)
        return false;
    put_u32(head, sizeof OWNER);
    put_u32(head + 4, (uint32_t)n);
    put_u32(head + 8, type);
    memcpy(head + 12, OWNER, sizeof OWNER);
    return dv_bytes_add(out, head, sizeof head) && dv_bytes_add(out, p, n) &&
           dv_bytes_add(out, zero, -n & 3);
}

/* A JSON note; an empty list is left out. */
static enum dv_err add_json(struct dv_bytes *out, enum dv_note type, uint32_t entries, char *text,
                            struct dv_diag *d)
{
    bool ok = !entries || add_record(out, type, text, strlen(text));
    free(text);
    return ok ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");
}

enum dv_err dv_notes_write(const struct dv_obj *o, struct dv_bytes *out, struct dv_diag *d)
{
    uint8_t version[8], hash[8];
    char *text = NULL;
    put_u32(version, o->isa_version);
    put_u32(version + 4, DV_ABI);
    put_u32(hash, (uint32_t)o->source_hash);
    put_u32(hash + 4, (uint32_t)(o->source_hash >> 32));
    if (!add_record(out, DV_NOTE_ISA, version, sizeof version))
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    enum dv_err e = dv_kernels_to_json(o, &text, d);
    if (!e)
        e = add_json(out, DV_NOTE_KERNELS, o->kernels, text, d);
    if (!e)
        e = names_to_json(o, &text, d);
    if (!e)
        e = add_json(out, DV_NOTE_NAMES, o->names, text, d);
    if (!e && !add_record(out, DV_NOTE_HASH, hash, sizeof hash))
        e = dv_fail(d, DV_E_MEMORY, "out of memory");
    return e;
}

struct record {
    uint32_t type;
    const uint8_t *p;
    size_t n;
    bool ours;
};

/* The record at p[*at], *at moved behind it; false when it does not fit. */
static bool next_record(const uint8_t *p, size_t n, size_t *at, struct record *out)
{
    if (n - *at < 12)
        return false;
    uint64_t owner = get_u32(p + *at), bytes = get_u32(p + *at + 4);
    uint64_t body = *at + 12 + ((owner + 3) & ~3ull), end = body + bytes;
    if (end > n)
        return false;
    *out = (struct record){get_u32(p + *at + 8), p + body, bytes, false};
    out->ours = owner == sizeof OWNER && !memcmp(p + *at + 12, OWNER, sizeof OWNER);
    end = (end + 3) & ~3ull;
    *at = end < n ? end : n;
    return true;
}

static enum dv_err check_version(const struct record *r, const char *file, struct dv_diag *d)
{
    if (r->n != 8)
        return dv_fail(d, DV_E_OBJECT, "%s: ISA version note of %zu bytes, expected 8", file, r->n);
    uint32_t isa = get_u32(r->p), abi = get_u32(r->p + 4);
    if (abi != DV_ABI)
        return dv_fail(d, DV_E_OBJECT,
                       "%s has object version %u, this dv reads version %d: assemble it again",
                       file, abi, DV_ABI);
    if (isa != dv_isa_version)
        return dv_fail(d, DV_E_OBJECT,
                       "%s was assembled for ISA version %u, this dv has version %u: assemble it "
                       "again",
                       file, isa, dv_isa_version);
    return DV_OK;
}

static enum dv_err read_record(const struct record *r, const char *file, struct dv_obj *o,
                               struct dv_diag *d)
{
    if (r->type == DV_NOTE_ISA)
        return check_version(r, file, d);
    if (r->type == DV_NOTE_KERNELS)
        return dv_kernels_from_json((const char *)r->p, r->n, o, d);
    if (r->type == DV_NOTE_NAMES)
        return names_from_json((const char *)r->p, r->n, o, d);
    if (r->type == DV_NOTE_HASH && r->n == 8)
        o->source_hash = get_u32(r->p) | (uint64_t)get_u32(r->p + 4) << 32;
    return DV_OK;
}

enum dv_err dv_notes_read(const uint8_t *p, size_t n, const char *file, struct dv_obj *o,
                          struct dv_diag *d)
{
    bool versioned = false;
    size_t at = 0;
    struct record r;
    while (at < n) {
        size_t start = at;
        if (!next_record(p, n, &at, &r))
            return dv_fail(d, DV_E_OBJECT, "%s: note section is cut at byte %zu", file, start);
        if (!r.ours)
            continue;
        if (!versioned && r.type != DV_NOTE_ISA)
            break;
        enum dv_err e = read_record(&r, file, o, d);
        if (e)
            return e;
        versioned = true;
    }
    if (!versioned)
        return dv_fail(d, DV_E_OBJECT, "%s carries no ISA version note, it was not made by dv as",
                       file);
    return DV_OK;
}
