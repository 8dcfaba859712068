/* Private to the object files' image (kernel, note, dwarf, lines, writer, reader).
 *
 * Owns what these files share: the numbers of the format (docs/object.md) and the seams between
 * ELF, notes and debug information. Nothing else includes it. */
#ifndef DV_ISA_IMAGE_H
#define DV_ISA_IMAGE_H

#include <jansson.h>

#include "isa/obj.h"

enum { DV_ABI = 1 };                /* version of the container, in the type 1 note */
enum { DV_ENTRIES_MAX = 1 << 20 };  /* of one JSON array */
enum { DV_PATH_MAX = 4096 };        /* bytes of a directory in the line table */
#define DV_IMAGE_MAX (1ull << 30)   /* bytes of a file */
#define DV_TEXTS_MAX (256ull << 20) /* bytes of all paths, or of all expansions' names */

enum dv_note { DV_NOTE_ISA = 1, DV_NOTE_KERNELS, DV_NOTE_NAMES, DV_NOTE_HASH };

enum dv_debug { DV_DEBUG_ABBREV, DV_DEBUG_INFO, DV_DEBUG_LINE, DV_DEBUG_ARANGES, DV_DEBUGS };
extern const char *const dv_debug_names[DV_DEBUGS];

/* "section .text" names in enum dv_section order. */
extern const char *const dv_section_names[DV_SECTIONS];

/* ---- bytes.c --------------------------------------------------------------------------------- */

struct dv_emit {
    struct dv_bytes *b;
    bool failed; /* memory was exhausted, sticky */
};

void dv_emit(struct dv_emit *e, const void *p, size_t n);
void dv_emit_uint(struct dv_emit *e, uint64_t v, unsigned bytes);
void dv_emit_uleb(struct dv_emit *e, uint64_t v);
void dv_emit_sleb(struct dv_emit *e, int64_t v);
void dv_emit_text(struct dv_emit *e, const char *text); /* with its NUL */
/* Stores at `at` the 4-byte length of what follows it. */
void dv_emit_length(struct dv_emit *e, size_t at);

/* ---- JSON helpers ---------------------------------------------------------------------------- */

/* A JSON string of any bytes; what is not UTF-8 becomes '?'. NULL = out of memory. */
json_t *dv_note_text(const char *text);
/* Adds key: text unless text is NULL; false = out of memory. */
bool dv_note_put(json_t *object, const char *key, const char *text);
bool dv_note_put_int(json_t *object, const char *key, uint64_t value);

/* Readers: `where` names the object in messages ("kernel note: params[2]"). Absent optional keys
 * leave *out alone. */
struct dv_note_at {
    struct dv_diag *d;
    const char *where;
};
enum dv_err dv_note_get(const struct dv_note_at *at, const json_t *object, const char *key,
                        bool needed, char **out);
enum dv_err dv_note_get_int(const struct dv_note_at *at, const json_t *object, const char *key,
                            uint64_t most, uint64_t *out);
/* Index of the text at key in list[0..n), OBJECT with the choices' key when it is none of them. */
enum dv_err dv_note_get_word(const struct dv_note_at *at, const json_t *object, const char *key,
                             const char *const *list, unsigned n, unsigned *out);
/* An array of `bytes` wide zeroed records for a JSON array; *n is its size. */
enum dv_err dv_note_array(const struct dv_note_at *at, const json_t *array, const char *what,
                          size_t bytes, void **out, uint32_t *n);
/* Compact text of a value, which is released; NULL value = MEMORY. */
enum dv_err dv_note_finish(json_t *value, char **text, struct dv_diag *d);
/* Parses n bytes; `what` names the note. */
enum dv_err dv_note_parse(const char *text, size_t n, const char *what, json_t **out,
                          struct dv_diag *d);

/* ---- seams ----------------------------------------------------------------------------------- */

/* All notes of an object, as the bytes of section .note.dv. */
enum dv_err dv_notes_write(const struct dv_obj *o, struct dv_bytes *out, struct dv_diag *d);
/* Reads the section back into o; refuses another ISA version. */
enum dv_err dv_notes_read(const uint8_t *p, size_t n, const char *file, struct dv_obj *o,
                          struct dv_diag *d);

/* The debug sections of o; all empty when it has no lines. */
enum dv_err dv_dwarf_write(const struct dv_obj *o, struct dv_bytes out[DV_DEBUGS],
                           struct dv_diag *d);
/* True for the bytes of .debug_abbrev that dv_dwarf_write writes. */
bool dv_dwarf_is_ours(const uint8_t *abbrev, size_t n);

/* The line table of o, which must be in order and name existing files. */
void dv_rows_write(const struct dv_obj *o, struct dv_emit *e);
/* Bytes of the directory part of a path, without the slash; 0 = none. */
size_t dv_rows_dir(const char *path);
/* Takes the file names out of a line table into o->file, and checks that the rest is nothing but
 * what dv_rows_write writes. OBJECT without a message when it is not. */
enum dv_err dv_rows_check(const uint8_t *p, size_t n, struct dv_obj *o);

/* Files, lines and calls of an open image into o. */
struct Elf;
enum dv_err dv_lines_read(struct Elf *elf, const char *file, struct dv_obj *o, struct dv_diag *d);

#endif
