/* ELF64 images to objects; any sequence of bytes is safe.
 *
 * Owns the recognition of what a file is, and the checks on every size, offset and index before
 * libelf sees the image. Knows nothing of what notes and debug sections contain. */
#include <ctype.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

#define BSS_MAX (1ull << 32) /* bytes */

struct reader {
    const char *file;
    const uint8_t *image;
    size_t bytes;
    Elf *elf;
    struct dv_obj *o;
    uint8_t *section; /* per ELF section: enum dv_section + 1, 0 = another */
    size_t sections;
    uint32_t *symbol; /* per ELF symbol: index into o->symbol + 1, 0 = none */
    size_t symbols;
    uint64_t names; /* bytes of symbol names so far */
    bool debug;     /* has .debug_line and .debug_info */
    struct dv_diag *d;
};

#define BAD(r, ...) dv_fail((r)->d, DV_E_OBJECT, __VA_ARGS__)

/* ---- what a foreign file is ------------------------------------------------------------------ */

static const char *machine_name(unsigned machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } known[] = {
        {EM_386, "i386"},        {EM_MIPS, "MIPS"},        {EM_PPC64, "PowerPC"},
        {EM_S390, "s390"},       {EM_ARM, "Arm"},          {EM_X86_64, "x86-64"},
        {EM_AARCH64, "AArch64"}, {EM_CUDA, "NVIDIA CUDA"}, {EM_AMDGPU, "AMD GPU"},
        {EM_RISCV, "RISC-V"},    {EM_BPF, "BPF"},          {258, "LoongArch"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].machine == machine)
            return known[i].name;
    return NULL;
}

static const char *magic_name(const uint8_t *p, size_t n)
{
    static const struct {
        const char *magic;
        uint8_t n;
        const char *name;
    } known[] = {
        {"!<arch>\n", 8, "an archive"},
        {"#!", 2, "a script"},
        {"\x93NUMPY", 6, "a NumPy array"},
        {"PK\3\4", 4, "a zip archive"},
        {"\x1f\x8b", 2, "gzip data"},
        {"MZ", 2, "a Windows program"},
        {"\xcf\xfa\xed\xfe", 4, "a Mach-O file"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= known[i].n && !memcmp(p, known[i].magic, known[i].n))
            return known[i].name;
    return NULL;
}

static bool is_text(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n && i < 256; i++)
        if (p[i] < 128 && !isprint(p[i]) && !isspace(p[i]))
            return false;
    return true;
}

static enum dv_err not_elf(struct reader *r)
{
    const char *name = magic_name(r->image, r->bytes);
    if (!r->bytes)
        return BAD(r, "%s is empty", r->file);
    if (name)
        return BAD(r, "%s is %s, not a dv object", r->file, name);
    if (is_text(r->image, r->bytes))
        return BAD(r, "%s is a text file, not a dv object: assemble it first with dv as", r->file);
    return BAD(r, "%s is no ELF file, not a dv object", r->file);
}

static enum dv_err foreign(struct reader *r, const Elf64_Ehdr *h)
{
    static const char *const types[] = {"file", "object", "executable", "shared library", "core"};
    const char *type = h->e_type < 5 ? types[h->e_type] : "file";
    const char *name = machine_name(h->e_machine);
    if (name)
        return BAD(r, "%s is an ELF %s for %s, not for the Da Vinci core", r->file, type, name);
    return BAD(r, "%s is an ELF %s for machine 0x%x, not for the Da Vinci core", r->file, type,
               h->e_machine);
}

/* ---- header ---------------------------------------------------------------------------------- */

static enum dv_err truncated(struct reader *r, const char *what, uint64_t needed)
{
    return BAD(r, "%s is truncated at byte %zu: %s needs bytes up to %" PRIu64, r->file, r->bytes,
               what, needed);
}

/* offset + bytes lies in the file */
static bool fits(const struct reader *r, uint64_t offset, uint64_t bytes)
{
    return offset <= r->bytes && bytes <= r->bytes - offset;
}

static enum dv_err check_tables(struct reader *r, const Elf64_Ehdr *h)
{
    uint64_t table = (uint64_t)h->e_shnum * sizeof(Elf64_Shdr);
    uint64_t segments = (uint64_t)h->e_phnum * sizeof(Elf64_Phdr);
    if (h->e_ehsize != sizeof *h || h->e_shentsize != sizeof(Elf64_Shdr) ||
        (h->e_phnum && h->e_phentsize != sizeof(Elf64_Phdr)) || !h->e_shoff || !h->e_shnum ||
        h->e_shstrndx >= h->e_shnum)
        return BAD(r, "%s has a damaged ELF header or no section table", r->file);
    if (!fits(r, h->e_shoff, table))
        return truncated(r, "the section table", h->e_shoff + table);
    if (!fits(r, h->e_phoff, segments))
        return truncated(r, "the program header", h->e_phoff + segments);
    if (h->e_shoff % 8)
        return BAD(r, "%s has a misaligned section table", r->file);
    return DV_OK;
}

static enum dv_err check_sections(struct reader *r, const Elf64_Ehdr *h)
{
    for (unsigned i = 0; i < h->e_shnum; i++) {
        Elf64_Shdr s;
        char what[24];
        memcpy(&s, r->image + h->e_shoff + i * sizeof s, sizeof s);
        snprintf(what, sizeof what, "section %u", i);
        if (s.sh_type != SHT_NOBITS && s.sh_type != SHT_NULL && !fits(r, s.sh_offset, s.sh_size))
            return truncated(r, what, s.sh_offset + s.sh_size);
        if (s.sh_flags & SHF_COMPRESSED)
            return BAD(r, "%s has a compressed section, decompress it first", r->file);
        if (s.sh_link >= h->e_shnum)
            return BAD(r, "%s: section %u links to section %u of %u", r->file, i, s.sh_link,
                       h->e_shnum);
    }
    return DV_OK;
}

static enum dv_err check_ours(struct reader *r, const Elf64_Ehdr *h)
{
    unsigned kinds = h->e_flags & DV_ON_ANY, generation = h->e_flags >> 8;
    if (h->e_type != ET_REL && h->e_type != ET_EXEC)
        return BAD(r, "%s is neither a relocatable nor a final object", r->file);
    if ((h->e_flags & 0xf8) || generation != (kinds == DV_ON(DV_C100)))
        return BAD(r, "%s has unknown flags 0x%x in its header", r->file, h->e_flags);
    r->o->kinds = kinds;
    r->o->final = h->e_type == ET_EXEC;
    return DV_OK;
}

static enum dv_err check_header(struct reader *r)
{
    Elf64_Ehdr h;
    if (r->bytes < 4 || memcmp(r->image, ELFMAG, SELFMAG))
        return not_elf(r);
    if (r->bytes < sizeof h)
        return truncated(r, "the ELF header", sizeof h);
    memcpy(&h, r->image, sizeof h);
    if (h.e_ident[EI_DATA] != ELFDATA2LSB)
        return BAD(r, "%s is a big-endian ELF file, not for the Da Vinci core", r->file);
    if (h.e_ident[EI_CLASS] != ELFCLASS64 || (h.e_machine != DV_EM && h.e_machine != DV_EM_VENDOR))
        return foreign(r, &h);
    if (r->bytes > DV_IMAGE_MAX)
        return BAD(r, "%s is larger than %llu MiB", r->file, DV_IMAGE_MAX >> 20);
    enum dv_err e = check_tables(r, &h);
    if (!e)
        e = check_sections(r, &h);
    r->sections = h.e_shnum;
    r->o->vendor = h.e_machine == DV_EM_VENDOR;
    return e || r->o->vendor ? e : check_ours(r, &h);
}

/* ---- sections -------------------------------------------------------------------------------- */

static enum dv_err no_memory(struct reader *r)
{
    return dv_fail(r->d, DV_E_MEMORY, "out of memory");
}

static const char *section_name(struct reader *r, const GElf_Shdr *h)
{
    size_t strings;
    const char *name =
        elf_getshdrstrndx(r->elf, &strings) ? NULL : elf_strptr(r->elf, strings, h->sh_name);
    return name ? name : "";
}

static const uint8_t *section_bytes(const struct reader *r, const GElf_Shdr *h)
{
    return r->image + h->sh_offset;
}

static enum dv_err take_bytes(struct reader *r, unsigned s, const GElf_Shdr *h)
{
    struct dv_bytes *b = &r->o->section[s];
    uint32_t wanted = s == DV_BSS ? SHT_NOBITS : SHT_PROGBITS;
    if (h->sh_type != wanted)
        return BAD(r, "%s: section %s has the wrong type", r->file, dv_section_names[s]);
    for (size_t i = 0; i < r->sections; i++)
        if (r->section[i] == s + 1)
            return BAD(r, "%s: section %s appears twice", r->file, dv_section_names[s]);
    r->o->address[s] = r->o->final ? h->sh_addr : 0;
    if (h->sh_addralign > DV_ALIGN_MAX || (h->sh_addralign & (h->sh_addralign - 1)))
        return BAD(r, "%s: section %s has alignment %" PRIu64 ", no power of two up to %d", r->file,
                   dv_section_names[s], h->sh_addralign, DV_ALIGN_MAX);
    r->o->align[s] = r->o->final ? 0 : (uint32_t)h->sh_addralign;
    if (s != DV_BSS)
        return dv_bytes_add(b, section_bytes(r, h), h->sh_size) ? DV_OK : no_memory(r);
    if (h->sh_size > BSS_MAX)
        return BAD(r, "%s: section .bss wants %" PRIu64 " bytes, at most 4 GiB are allowed",
                   r->file, h->sh_size);
    b->n = h->sh_size;
    return DV_OK;
}

/* Sections of ours by name; everything else is looked at later or ignored. */
static enum dv_err take_section(struct reader *r, size_t i, const GElf_Shdr *h)
{
    const char *name = section_name(r, h);
    for (unsigned s = 0; s < DV_SECTIONS; s++) {
        if (strcmp(name, dv_section_names[s]))
            continue;
        enum dv_err e = take_bytes(r, s, h);
        r->section[i] = (uint8_t)(s + 1);
        return e;
    }
    if (!strcmp(name, dv_debug_names[DV_DEBUG_LINE]))
        r->debug = true;
    return DV_OK;
}

static enum dv_err take_sections(struct reader *r)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;
    enum dv_err e = DV_OK;
    r->section = calloc(r->sections, 1);
    if (!r->section)
        return no_memory(r);
    while (!e && (scn = elf_nextscn(r->elf, scn)))
        e = gelf_getshdr(scn, &h) ? take_section(r, elf_ndxscn(scn), &h)
                                  : BAD(r, "%s: %s", r->file, elf_errmsg(-1));
    return e;
}

static enum dv_err take_notes(struct reader *r)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;
    while ((scn = elf_nextscn(r->elf, scn))) {
        if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_NOTE ||
            strcmp(section_name(r, &h), ".note.dv"))
            continue;
        return dv_notes_read(section_bytes(r, &h), h.sh_size, r->file, r->o, r->d);
    }
    return BAD(r, "%s has no section .note.dv, it was not made by dv as", r->file);
}

/* ---- symbols and relocations ----------------------------------------------------------------- */

/* Kind of a symbol's place: enum dv_section, DV_SECTIONS = absolute, -1 = none of ours. */
static int symbol_place(const struct reader *r, const GElf_Sym *s)
{
    unsigned type = GELF_ST_TYPE(s->st_info);
    if (type == STT_FILE || (type == STT_SECTION && (r->o->final || s->st_value)))
        return -1;
    if (s->st_shndx == SHN_UNDEF || s->st_shndx == SHN_ABS)
        return DV_SECTIONS;
    return s->st_shndx < r->sections ? (int)r->section[s->st_shndx] - 1 : -1;
}

static enum dv_err take_symbol(struct reader *r, const GElf_Sym *s, const char *name,
                               struct dv_symbol *out)
{
    int place = symbol_place(r, s);
    r->names += strlen(name);
    if (r->names > 4 * r->bytes) /* names that share their bytes may not multiply them */
        return BAD(r, "%s: symbol names are too long", r->file);
    *out = (struct dv_symbol){.section = (uint8_t)place, .value = s->st_value, .size = s->st_size};
    out->global = GELF_ST_BIND(s->st_info) != STB_LOCAL;
    out->defined = s->st_shndx != SHN_UNDEF;
    if (place < DV_SECTIONS) {
        out->value -= r->o->address[place];
        if (out->value > r->o->section[place].n)
            return BAD(r, "%s: symbol '%.60s' lies outside %s", r->file, name,
                       dv_section_names[place]);
    }
    out->name = strdup(name);
    return out->name ? DV_OK : no_memory(r);
}

static enum dv_err take_symbol_table(struct reader *r, Elf_Scn *scn, const GElf_Shdr *h)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t n = h->sh_size / sizeof(Elf64_Sym);
    if (!data || h->sh_entsize != sizeof(Elf64_Sym) || h->sh_size % sizeof(Elf64_Sym) || r->symbol)
        return BAD(r, "%s has a damaged symbol table", r->file);
    r->symbols = n;
    r->symbol = calloc(n + 1, sizeof *r->symbol);
    r->o->symbol = calloc(n + 1, sizeof *r->o->symbol);
    if (!r->symbol || !r->o->symbol)
        return no_memory(r);
    for (size_t i = 1; i < n; i++) {
        GElf_Sym s;
        if (!gelf_getsym(data, (int)i, &s))
            return BAD(r, "%s: symbol %zu: %s", r->file, i, elf_errmsg(-1));
        const char *name = elf_strptr(r->elf, h->sh_link, s.st_name);
        if (!name)
            return BAD(r, "%s: symbol %zu has no name in the string table", r->file, i);
        int place = symbol_place(r, &s);
        if (place < 0)
            continue;
        if (GELF_ST_TYPE(s.st_info) == STT_SECTION && place < DV_SECTIONS)
            name = dv_section_names[place];
        enum dv_err e = take_symbol(r, &s, name, &r->o->symbol[r->o->symbols]);
        if (e)
            return e;
        r->symbol[i] = ++r->o->symbols;
    }
    return DV_OK;
}

static enum dv_err take_reloc(struct reader *r, unsigned section, const GElf_Rela *a)
{
    uint64_t symbol = GELF_R_SYM(a->r_info), kind = GELF_R_TYPE(a->r_info);
    uint64_t bytes = kind == DV_R_ABS64 ? 8 : 4, size = r->o->section[section].n;
    if (kind < DV_R_ABS64 || kind > DV_R_HALF2)
        return BAD(r, "%s: relocation type %" PRIu64 " is unknown", r->file, kind);
    if (symbol >= r->symbols || !r->symbol[symbol])
        return BAD(r, "%s: a relocation names symbol %" PRIu64 ", which is none", r->file, symbol);
    if (size < bytes || a->r_offset > size - bytes)
        return BAD(r, "%s: a relocation patches offset 0x%" PRIx64 " outside %s", r->file,
                   a->r_offset, dv_section_names[section]);
    r->o->reloc[r->o->relocs++] = (struct dv_reloc){
        (uint8_t)section, a->r_offset, r->symbol[symbol] - 1, (uint8_t)kind, a->r_addend};
    return DV_OK;
}

static enum dv_err take_reloc_table(struct reader *r, Elf_Scn *scn, const GElf_Shdr *h)
{
    unsigned section = h->sh_info < r->sections ? r->section[h->sh_info] : 0;
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t n = h->sh_size / sizeof(Elf64_Rela);
    if (!section || section - 1 == DV_BSS)
        return DV_OK; /* of a debug section */
    if (!data || h->sh_type != SHT_RELA || h->sh_entsize != sizeof(Elf64_Rela) || r->o->final)
        return BAD(r, "%s has a damaged relocation table", r->file);
    struct dv_reloc *grown = reallocarray(r->o->reloc, r->o->relocs + n + 1, sizeof *grown);
    if (!grown)
        return no_memory(r);
    r->o->reloc = grown;
    for (size_t i = 0; i < n; i++) {
        GElf_Rela a;
        if (!gelf_getrela(data, (int)i, &a))
            return BAD(r, "%s: relocation %zu: %s", r->file, i, elf_errmsg(-1));
        enum dv_err e = take_reloc(r, section - 1, &a);
        if (e)
            return e;
    }
    return DV_OK;
}

typedef enum dv_err take_fn(struct reader *, Elf_Scn *, const GElf_Shdr *);

/* Hands each section of type `type` (or `also`) to fn. */
static enum dv_err each_table(struct reader *r, uint32_t type, uint32_t also, take_fn *fn)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;
    enum dv_err e = DV_OK;
    while (!e && (scn = elf_nextscn(r->elf, scn)))
        if (gelf_getshdr(scn, &h) && (h.sh_type == type || h.sh_type == also))
            e = fn(r, scn, &h);
    return e;
}

/* ---- whole ----------------------------------------------------------------------------------- */

/* A vendor object: the code of every executable section, one behind the other. */
static enum dv_err take_vendor(struct reader *r)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;
    struct dv_bytes *b = &r->o->section[DV_TEXT];
    while ((scn = elf_nextscn(r->elf, scn))) {
        if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_PROGBITS || !(h.sh_flags & SHF_EXECINSTR))
            continue;
        if (!dv_bytes_add(b, section_bytes(r, &h), h.sh_size))
            return no_memory(r);
    }
    r->o->kinds = DV_ON_ANY;
    return b->n ? DV_OK : BAD(r, "%s is a vendor object without code", r->file);
}

static enum dv_err take_all(struct reader *r)
{
    if (r->o->vendor)
        return take_vendor(r);
    enum dv_err e = take_sections(r);
    if (!e)
        e = take_notes(r);
    if (!e)
        e = each_table(r, SHT_SYMTAB, SHT_SYMTAB, take_symbol_table);
    if (!e)
        e = each_table(r, SHT_RELA, SHT_REL, take_reloc_table);
    if (!e && r->debug)
        e = dv_lines_read(r->elf, r->file, r->o, r->d);
    return e;
}

/* libelf wants aligned memory of its own. */
static enum dv_err read_image(struct reader *r)
{
    char *copy = malloc(r->bytes);
    if (!copy)
        return no_memory(r);
    memcpy(copy, r->image, r->bytes);
    elf_version(EV_CURRENT);
    r->elf = elf_memory(copy, r->bytes);
    enum dv_err e = r->elf ? take_all(r) : BAD(r, "%s: %s", r->file, elf_errmsg(-1));
    elf_end(r->elf);
    free(copy);
    return e;
}

enum dv_err dv_obj_read(const uint8_t *image, size_t bytes, const char *name, struct dv_obj **out,
                        struct dv_diag *d)
{
    struct reader r = {.file = name, .image = image, .bytes = bytes, .d = d, .o = dv_obj_new()};
    if (!r.o)
        return no_memory(&r);
    enum dv_err e = check_header(&r);
    if (!e)
        e = read_image(&r);
    free(r.section);
    free(r.symbol);
    if (e) {
        dv_obj_free(r.o);
        return e;
    }
    *out = r.o;
    return DV_OK;
}
