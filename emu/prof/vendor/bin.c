/* visualize_data.bin (formats.md 5): blocks of source text and JSON for the viewer. Lengths stand
 * before contents, so each block is gathered in memory first, one at a time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/prof/vendor/tally.h"

enum { CODE = 1, FILE_API = 3, INSTR_API = 4, BASIC = 5, HEAT_MAP = 8, ROOFLINE = 13 };
enum { BLOCK_PATH = 4096, BLOCK_VERSION = 0x5A };

/* ---- blocks ---------------------------------------------------------------------------------- */

static void put_block(struct dv_out *o, unsigned type, const char *path, const char *p, size_t n)
{
    static const char zero[BLOCK_PATH];
    uint8_t head[12];
    unsigned pad = (unsigned)(0 - n) & 3;
    uint64_t size = n + pad;
    if (!n)
        return;
    for (unsigned i = 0; i < 8; i++)
        head[i] = (uint8_t)(size >> 8 * i);
    head[8] = (uint8_t)type;
    head[9] = (uint8_t)pad;
    head[10] = type == INSTR_API ? 0 : BLOCK_VERSION;
    head[11] = BLOCK_VERSION;
    dv_out_put(o, head, sizeof head);
    if (type == CODE) {
        size_t length = strlen(path) < BLOCK_PATH - 1 ? strlen(path) : BLOCK_PATH - 1;
        dv_out_put(o, path, length);
        dv_out_put(o, zero, BLOCK_PATH - length);
    }
    dv_out_put(o, p, n);
    dv_out_put(o, zero, pad);
    dv_out_mark(o);
}

/* Text of a block while it grows. */
struct text {
    FILE *f;
    char *p;
    size_t n;
};

static bool text_open(struct text *t, struct dv_folder *folder)
{
    *t = (struct text){.p = NULL};
    t->f = open_memstream(&t->p, &t->n);
    if (!t->f)
        dv_folder_no_memory(folder);
    return t->f != NULL;
}

static void text_block(struct text *t, struct dv_out *o, unsigned type)
{
    bool failed = ferror(t->f);
    if (fclose(t->f) || failed)
        dv_folder_no_memory(o->folder);
    else
        put_block(o, type, NULL, t->p, t->n);
    free(t->p);
}

static void put_string(FILE *f, const char *text)
{
    fputc('"', f);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', f);
        if ((unsigned char)*text < 0x20)
            fprintf(f, "\\u%04x", (unsigned char)*text);
        else
            fputc(*text, f);
    }
    fputc('"', f);
}

/* ---- arrays by core -------------------------------------------------------------------------- */

typedef void (*cell_fn)(FILE *f, const struct dv_tally_row *row);

/* There is one for every key of every instruction and core: too many for printf. */
static void put_number(FILE *f, uint64_t v)
{
    char text[24];
    fwrite(text, 1, (size_t)(dv_put_u64(text, v) - text), f);
}

static void put_signed(FILE *f, int32_t v)
{
    if (v < 0)
        fputc('-', f);
    put_number(f, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

static void put_cycles(FILE *f, const struct dv_tally_row *row)
{
    put_number(f, (row->cycles + DV_CYCLE / 2) / DV_CYCLE);
}
static void put_calls(FILE *f, const struct dv_tally_row *row)
{
    put_number(f, row->calls);
}
static void put_bytes(FILE *f, const struct dv_tally_row *row)
{
    put_number(f, row->bytes);
}
static void put_reads(FILE *f, const struct dv_tally_row *row)
{
    put_signed(f, row->reads);
}
static void put_writes(FILE *f, const struct dv_tally_row *row)
{
    put_signed(f, row->writes);
}
static void put_extra(FILE *f, const struct dv_tally_row *row, unsigned kind)
{
    if (row->extra_known)
        put_number(f, row->extra[kind]);
    else
        fputs("-1", f);
}
static void put_read_extra(FILE *f, const struct dv_tally_row *row)
{
    put_extra(f, row, 0);
}
static void put_write_extra(FILE *f, const struct dv_tally_row *row)
{
    put_extra(f, row, 1);
}
static void put_both_extra(FILE *f, const struct dv_tally_row *row)
{
    put_extra(f, row, 2);
}
static void put_missing(FILE *f, const struct dv_tally_row *row)
{
    (void)row;
    fputs("-1", f);
}

/* One value a core that ran, of a line or of an instruction. */
static void put_array(FILE *f, const struct dv_tally *t, const char *key, bool line, uint64_t i,
                      cell_fn cell)
{
    const char *gap = "";
    fprintf(f, ",\"%s\":[", key);
    for (unsigned c = 0; c < t->cores; c++) {
        if (!t->core[c])
            continue;
        fputs(gap, f);
        cell(f, line ? &t->core[c]->line[i] : &t->core[c]->code[i]);
        gap = ",";
    }
    fputc(']', f);
}

static uint64_t calls_of(const struct dv_tally *t, bool line, uint64_t i)
{
    uint64_t sum = 0;
    for (unsigned c = 0; c < t->cores; c++)
        if (t->core[c])
            sum += line ? t->core[c]->line[i].calls : t->core[c]->code[i].calls;
    return sum;
}

static void put_cores(FILE *f, const struct dv_tally *t)
{
    const char *gap = "";
    fputs("{\"Cores\":[", f);
    for (unsigned c = 0; c < t->cores; c++)
        if (t->core[c]) {
            fprintf(f, "%s\"%s\"", gap, t->core[c]->label);
            gap = ",";
        }
    fputs("],", f);
}

/* ---- source ---------------------------------------------------------------------------------- */

/* A source that cannot be read (moved, or text from a pipe) has no block. */
static void put_source(struct dv_out *o, const char *path)
{
    struct text t;
    char part[4096];
    size_t n;
    FILE *in = fopen(path, "r");
    if (!in)
        return;
    if (text_open(&t, o->folder)) {
        while ((n = fread(part, 1, sizeof part, in)))
            fwrite(part, 1, n, t.f);
        bool failed = ferror(t.f);
        if (fclose(t.f) || failed)
            dv_folder_no_memory(o->folder);
        else
            put_block(o, CODE, path, t.p, t.n);
        free(t.p);
    }
    fclose(in);
}

/* Runs of instructions of a line, as address ranges. */
static void put_ranges(FILE *f, const struct dv_tally *t, uint32_t line)
{
    const char *gap = "";
    for (uint64_t i = t->first[line]; i < t->codes.words; i++) {
        uint64_t from = i;
        if (t->line_of[i] != line)
            continue;
        while (i + 1 < t->codes.words && t->line_of[i + 1] == line)
            i++;
        fprintf(f, "%s[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"]", gap,
                (uint64_t)(DV_CODE_BASE + 4 * from), (uint64_t)(DV_CODE_BASE + 4 * i));
        gap = ",";
    }
}

static void put_line(FILE *f, const struct dv_tally *t, uint32_t line, unsigned number)
{
    fprintf(f, "{\"Line\":%u,\"Address Range\":[", number);
    put_ranges(f, t, line);
    fputc(']', f);
    put_array(f, t, "Cycles", true, line, put_cycles);
    put_array(f, t, "Instructions Executed", true, line, put_calls);
    put_array(f, t, "GPR Count", true, line, put_missing);
    put_array(f, t, "Process Bytes", true, line, put_bytes);
    fputc('}', f);
}

static void put_file(FILE *f, const struct dv_tally *t, uint32_t file)
{
    const char *gap = "";
    fputs("{\"Source\":", f);
    put_string(f, t->run->obj->file[file]);
    fputs(",\"Lines\":[", f);
    for (uint32_t i = 0; i < t->lines; i++) {
        const struct dv_line *l = dv_obj_line(t->run->obj, DV_CODE_BASE + 4 * t->first[i]);
        if (!l || l->file != file || !calls_of(t, true, i))
            continue;
        fputs(gap, f);
        put_line(f, t, i, l->line);
        gap = ",\n";
    }
    fputs("]}", f);
}

static void put_files(struct dv_out *o, const struct dv_tally *t)
{
    struct text text;
    if (!text_open(&text, o->folder))
        return;
    put_cores(text.f, t);
    fputs("\"Files Dtype\":{\"Lines\":{\"Line\":1,\"Address Range\":0,\"Cycles\":1,"
          "\"Instructions Executed\":1,\"GPR Count\":1,\"Process Bytes\":1}},\"Files\":[",
          text.f);
    for (uint32_t i = 0; i < t->run->obj->files; i++) {
        fputs(i ? ",\n" : "", text.f);
        put_file(text.f, t, i);
    }
    fputs("]}", text.f);
    text_block(&text, o, FILE_API);
}

/* ---- instructions ---------------------------------------------------------------------------- */

static const char *detail_of(const struct dv_tally *t, uint64_t i)
{
    for (unsigned c = 0; c < t->cores; c++)
        if (t->core[c] && t->core[c]->code[i].detail)
            return t->core[c]->code[i].detail;
    return "";
}

static void put_instruction(FILE *f, const struct dv_tally *t, uint64_t i)
{
    const struct dv_code *k = &t->codes.code[i];
    unsigned track = k->track == DV_TRACK_SCALARLDST ? DV_TRACK_SCALAR : k->track;
    fprintf(f, "{\"Address\":\"0x%" PRIx64 "\",\"AscendC Inner Code\":\"%s\",\"Source\":\"%s %s\",",
            (uint64_t)(DV_CODE_BASE + 4 * i), k->line, k->name, detail_of(t, i));
    fprintf(f, "\"Pipe\":\"%s\"", dv_tracks[track].name);
    put_array(f, t, "Instructions Executed", false, i, put_calls);
    put_array(f, t, "Cycles", false, i, put_cycles);
    put_array(f, t, "GPR Count", false, i, put_missing);
    put_array(f, t, "Process Bytes", false, i, put_bytes);
    put_array(f, t, "Vector Utilization Percentage", false, i, put_missing);
    put_array(f, t, "UB Read Conflict", false, i, put_reads);
    put_array(f, t, "UB Write Conflict", false, i, put_writes);
    put_array(f, t, "UB Read Conflict Cycles", false, i, put_read_extra);
    put_array(f, t, "UB Write Conflict Cycles", false, i, put_write_extra);
    put_array(f, t, "UB Read Write Conflict Cycles", false, i, put_both_extra);
    fputc('}', f);
}

static void put_instructions(struct dv_out *o, const struct dv_tally *t)
{
    struct text text;
    const char *gap = "";
    if (!text_open(&text, o->folder))
        return;
    put_cores(text.f, t);
    fputs("\"Instructions Dtype\":{\"Instructions\":{\"Address\":3,\"AscendC Inner Code\":3,"
          "\"Source\":3,\"Pipe\":3,\"Instructions Executed\":1,\"Cycles\":1,\"GPR Count\":1,"
          "\"Process Bytes\":1,\"Vector Utilization Percentage\":4,\"UB Read Conflict\":1,"
          "\"UB Write Conflict\":1,\"UB Read Conflict Cycles\":1,\"UB Write Conflict Cycles\":1,"
          "\"UB Read Write Conflict Cycles\":1}},\"Instructions\":[",
          text.f);
    for (uint64_t i = 0; i < t->codes.words; i++) {
        if (!calls_of(t, false, i))
            continue;
        fputs(gap, text.f);
        put_instruction(text.f, t, i);
        gap = ",\n";
    }
    fputs("]}", text.f);
    text_block(&text, o, INSTR_API);
}

/* ---- roofline -------------------------------------------------------------------------------- */

static void put_rooflines(struct dv_out *o, const struct dv_tally *t)
{
    const struct dv_prof_run *r = t->run;
    struct text text;
    char advice[512];
    if (!text_open(&text, o->folder))
        return;
    fputs("{\"multiple_rooflines\":[", text.f);
    dv_roofs_write(text.f, t);
    fputs("],\"advice\":", text.f);
    dv_summary_advice(r->sum, advice, sizeof advice);
    put_string(text.f, advice);
    fputs("}", text.f);
    text_block(&text, o, ROOFLINE);
}

/* ---- heat map of accesses -------------------------------------------------------------------- */

/* Bytes between the memories; the keys are ours, the vendor's are not public. */
static void put_heat(struct dv_out *o, const struct dv_tally *t)
{
    struct text text;
    if (!text_open(&text, o->folder))
        return;
    put_cores(text.f, t);
    fputs("\"Paths\":{", text.f);
    for (unsigned p = 0; p < DV_PATHS; p++) {
        const char *gap = "";
        fprintf(text.f, "%s\"%s\":[", p ? "," : "", dv_path_names[p]);
        for (unsigned c = 0; c < t->cores; c++)
            if (t->core[c]) {
                fprintf(text.f, "%s%" PRIu64, gap,
                        dv_machine_core(t->run->machine, c)->path_bytes[p]);
                gap = ",";
            }
        fputs("]", text.f);
    }
    fputs("}}", text.f);
    text_block(&text, o, HEAT_MAP);
}

static void put_basic(struct dv_out *o, const struct dv_tally *t)
{
    const struct dv_prof_run *r = t->run;
    struct text text;
    if (!text_open(&text, o->folder))
        return;
    fputs("{\"name\":", text.f);
    put_string(text.f, r->kernel->name);
    fprintf(text.f,
            ",\"soc\":\"%s\",\"duration\":%.9g,\"block_dim\":%u,\"arguments\":", r->chip->name,
            r->task_us, r->blocks);
    put_string(text.f, r->args);
    fputs("}", text.f);
    text_block(&text, o, BASIC);
}

void dv_bin_write(const struct dv_tally *t)
{
    struct dv_out *o = dv_out_open(t->run->folder, "simulator/visualize_data.bin", NULL);
    if (!o)
        return;
    for (uint32_t i = 0; i < t->run->obj->files; i++)
        put_source(o, t->run->obj->file[i]);
    put_files(o, t);
    put_instructions(o, t);
    put_basic(o, t);
    put_rooflines(o, t);
    put_heat(o, t);
    dv_out_close(o);
}
