/* A small JSON writer into memory: indentation by two, escapes, shortest exact numbers. */
#ifndef DV_RUN_JSON_H
#define DV_RUN_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dv_json {
    char *p; /* the text; owned, free with dv_json_free */
    size_t n, cap;
    unsigned depth;
    bool first;  /* nothing yet in the innermost object or array */
    bool failed; /* out of memory: the text is not complete */
};

/* key is NULL inside arrays and for the outermost value. */
void dv_json_open(struct dv_json *j, const char *key, char bracket);      /* '{' or '[' */
void dv_json_close(struct dv_json *j, char bracket);                      /* '}' or ']' */
void dv_json_text(struct dv_json *j, const char *key, const char *value); /* NULL: null */
void dv_json_u64(struct dv_json *j, const char *key, uint64_t v);
void dv_json_i64(struct dv_json *j, const char *key, int64_t v);
void dv_json_f64(struct dv_json *j, const char *key, double v); /* not finite: null */
void dv_json_bool(struct dv_json *j, const char *key, bool v);
void dv_json_null(struct dv_json *j, const char *key);

/* Newline after the outermost value. */
void dv_json_end(struct dv_json *j);
void dv_json_free(struct dv_json *j);

/* Shortest decimal that reads back as v; "null" when not finite. out holds 32 bytes. */
const char *dv_json_number(double v, char out[32]);

#endif
