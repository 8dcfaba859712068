/* Objects to ELF64: sections, symbols, relocations, program headers.
 *
 * Owns the layout of the image (docs/object.md); libelf serialises it. Every offset is set here,
 * so that the same object gives the same bytes everywhere. Knows nothing of what notes and debug
 * sections contain. */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "isa/image.h"

const char *const dv_section_names[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};
static const char *const rela_names[DV_SECTIONS] = {".rela.text", ".rela.rodata", ".rela.data",
                                                    ".rela.bss"};

enum { PARTS_MAX = 24, LOADS_MAX = DV_SECTIONS + 1, PART_ALIGN = 64, ADDRESS_ALIGN = DV_ALIGN };

/* One section to be. */
struct part {
    const char *name;
    Elf64_Shdr head;  /* sh_name is filled last */
    const void *data; /* NULL for no bits */
    Elf_Type type;
};

struct image {
    const struct dv_obj *o;
    struct part part[PARTS_MAX];
    unsigned parts;              /* part[0] is the null section */
    unsigned index[DV_SECTIONS]; /* section number, 0 = left out */
    struct dv_bytes note, names, strings, debug[DV_DEBUGS];
    Elf64_Sym *symbol;
    uint32_t *symbol_index; /* of each symbol of the object in the symbol table */
    uint32_t locals;
    Elf64_Rela *rela[DV_SECTIONS];
    uint32_t relas[DV_SECTIONS];
    struct dv_diag *d;
};

static enum dv_err no_memory(struct image *m)
{
    return dv_fail(m->d, DV_E_MEMORY, "out of memory");
}

/* ---- checks ---------------------------------------------------------------------------------- */

static enum dv_err check_symbol(struct image *m, const struct dv_symbol *s)
{
    if (!s->name || s->section > DV_SECTIONS)
        return dv_fail(m->d, DV_E_OBJECT, "a symbol has no name or no section");
    if (!s->defined)
        return m->o->final ? dv_fail(m->d, DV_E_SYMBOL, "symbol '%s' is undefined", s->name)
                           : DV_OK;
    if (dv_symbol_is_section(s) && m->o->final)
        return dv_fail(m->d, DV_E_OBJECT, "a final object has section symbols");
    if (s->section < DV_SECTIONS && s->value > m->o->section[s->section].n)
        return dv_fail(m->d, DV_E_OBJECT, "symbol '%s' lies behind the end of %s", s->name,
                       dv_section_names[s->section]);
    return DV_OK;
}

static enum dv_err check_reloc(struct image *m, const struct dv_reloc *r)
{
    uint64_t bytes = r->kind == DV_R_ABS64 ? 8 : 4;
    bool ok = r->kind >= DV_R_ABS64 && r->kind <= DV_R_HALF2 && r->section < DV_BSS &&
              r->symbol < m->o->symbols && m->o->section[r->section].n >= bytes &&
              r->offset <= m->o->section[r->section].n - bytes;
    if (!ok)
        return dv_fail(m->d, DV_E_OBJECT, "a relocation at offset 0x%llx patches nothing",
                       (unsigned long long)r->offset);
    return m->o->final ? dv_fail(m->d, DV_E_OBJECT, "a final object has relocations") : DV_OK;
}

static enum dv_err check(struct image *m)
{
    enum dv_err e = DV_OK;
    if (m->o->vendor)
        return dv_fail(m->d, DV_E_OBJECT, "a vendor object cannot be written");
    if (m->o->kinds & ~(unsigned)DV_ON_ANY)
        return dv_fail(m->d, DV_E_OBJECT, "core kinds 0x%x are unknown", m->o->kinds);
    for (uint32_t i = 0; !e && i < m->o->symbols; i++)
        e = check_symbol(m, &m->o->symbol[i]);
    for (uint32_t i = 0; !e && i < m->o->relocs; i++)
        e = check_reloc(m, &m->o->reloc[i]);
    return e;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static struct part *add_part(struct image *m, const char *name, uint32_t type, uint64_t flags,
                             const void *data, uint64_t bytes)
{
    struct part *p = &m->part[m->parts++];
    *p = (struct part){.name = name, .data = data, .type = ELF_T_BYTE};
    p->head.sh_type = type;
    p->head.sh_flags = flags;
    p->head.sh_size = bytes;
    p->head.sh_addralign = 1;
    return p;
}

static bool is_used(const struct dv_obj *o, unsigned section)
{
    if (section == DV_TEXT || o->section[section].n)
        return true;
    for (uint32_t i = 0; i < o->symbols; i++)
        if (o->symbol[i].defined && o->symbol[i].section == section)
            return true;
    return false;
}

static uint64_t address_align(uint64_t address)
{
    uint64_t low = address & -address;
    return low && low < ADDRESS_ALIGN ? low : ADDRESS_ALIGN;
}

static void add_sections(struct image *m)
{
    static const uint64_t flags[DV_SECTIONS] = {SHF_ALLOC | SHF_EXECINSTR, SHF_ALLOC,
                                                SHF_ALLOC | SHF_WRITE, SHF_ALLOC | SHF_WRITE};
    for (unsigned s = 0; s < DV_SECTIONS; s++) {
        const struct dv_bytes *b = &m->o->section[s];
        if (!is_used(m->o, s))
            continue;
        m->index[s] = m->parts;
        struct part *p = add_part(m, dv_section_names[s], s == DV_BSS ? SHT_NOBITS : SHT_PROGBITS,
                                  flags[s], s == DV_BSS ? NULL : b->p, b->n);
        p->head.sh_addr = m->o->final ? m->o->address[s] : 0;
        p->head.sh_addralign = address_align(p->head.sh_addr);
        if (!m->o->final && m->o->align[s] > DV_ALIGN)
            p->head.sh_addralign = m->o->align[s];
    }
}

/* Address behind everything loaded: readers want allocated sections apart. */
static uint64_t note_address(const struct image *m)
{
    uint64_t end = 0;
    for (unsigned i = 1; m->o->final && i < m->parts; i++) {
        uint64_t behind = m->part[i].head.sh_addr + m->part[i].head.sh_size;
        end = behind > end ? behind : end;
    }
    return (end + 3) & ~3ull;
}

static enum dv_err add_notes(struct image *m)
{
    enum dv_err e = dv_notes_write(m->o, &m->note, m->d);
    if (e)
        return e;
    uint64_t address = note_address(m);
    struct part *p = add_part(m, ".note.dv", SHT_NOTE, 0, m->note.p, m->note.n);
    p->head.sh_addr = address;
    p->head.sh_addralign = 4;
    return DV_OK;
}

static enum dv_err add_debug(struct image *m)
{
    enum dv_err e = dv_dwarf_write(m->o, m->debug, m->d);
    for (unsigned i = 0; !e && i < DV_DEBUGS; i++)
        if (m->debug[i].n)
            add_part(m, dv_debug_names[i], SHT_PROGBITS, 0, m->debug[i].p, m->debug[i].n);
    return e;
}

/* ---- symbols and relocations ----------------------------------------------------------------- */

static bool is_local(const struct dv_symbol *s)
{
    return s->defined && !s->global;
}

static bool add_string(struct dv_bytes *b, const char *text, uint32_t *at)
{
    *at = (uint32_t)b->n;
    return dv_bytes_add(b, text, strlen(text) + 1);
}

static unsigned symbol_type(const struct dv_symbol *s)
{
    if (!s->defined || s->section >= DV_SECTIONS)
        return STT_NOTYPE;
    if (dv_symbol_is_section(s))
        return STT_SECTION;
    if (s->section != DV_TEXT)
        return STT_OBJECT;
    return s->global ? STT_FUNC : STT_NOTYPE;
}

static bool put_symbol(struct image *m, const struct dv_symbol *s, Elf64_Sym *out)
{
    bool placed = s->defined && s->section < DV_SECTIONS;
    out->st_info = ELF64_ST_INFO(is_local(s) ? STB_LOCAL : STB_GLOBAL, symbol_type(s));
    out->st_shndx = SHN_UNDEF;
    if (s->defined)
        out->st_shndx = placed ? (Elf64_Section)m->index[s->section] : SHN_ABS;
    out->st_value = s->value + (placed && m->o->final ? m->o->address[s->section] : 0);
    out->st_size = s->size;
    if (dv_symbol_is_section(s))
        return true; /* its name is the section's */
    return add_string(&m->strings, s->name, &out->st_name);
}

/* ELF wants local symbols first; each kind keeps its order. */
static bool put_symbols(struct image *m)
{
    const struct dv_obj *o = m->o;
    uint32_t next = 1, empty;
    m->symbol = calloc(o->symbols + 1ull, sizeof *m->symbol);
    m->symbol_index = calloc(o->symbols + 1ull, sizeof *m->symbol_index);
    if (!m->symbol || !m->symbol_index || !add_string(&m->strings, "", &empty))
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < o->symbols; i++) {
            if (is_local(&o->symbol[i]) != (pass == 0))
                continue;
            m->symbol_index[i] = next;
            if (!put_symbol(m, &o->symbol[i], &m->symbol[next++]))
                return false;
        }
        if (pass == 0)
            m->locals = next;
    }
    return true;
}

static bool put_relocs(struct image *m, unsigned section)
{
    const struct dv_obj *o = m->o;
    Elf64_Rela *out = calloc(o->relocs + 1ull, sizeof *out);
    m->rela[section] = out;
    for (uint32_t i = 0; out && i < o->relocs; i++) {
        const struct dv_reloc *r = &o->reloc[i];
        if (r->section != section)
            continue;
        out[m->relas[section]++] =
            (Elf64_Rela){r->offset, ELF64_R_INFO(m->symbol_index[r->symbol], r->kind), r->addend};
    }
    return out;
}

static struct part *add_table(struct image *m, const char *name, uint32_t type, const void *data,
                              uint64_t n, uint64_t entry)
{
    struct part *p = add_part(m, name, type, 0, data, n * entry);
    p->head.sh_entsize = entry;
    p->head.sh_addralign = 8;
    p->type = type == SHT_SYMTAB ? ELF_T_SYM : ELF_T_RELA;
    return p;
}

static enum dv_err add_symbols(struct image *m)
{
    if (!put_symbols(m))
        return no_memory(m);
    unsigned symtab = m->parts;
    struct part *p =
        add_table(m, ".symtab", SHT_SYMTAB, m->symbol, m->o->symbols + 1ull, sizeof *m->symbol);
    p->head.sh_link = symtab + 1;
    p->head.sh_info = m->locals;
    add_part(m, ".strtab", SHT_STRTAB, 0, m->strings.p, m->strings.n);
    for (unsigned s = 0; m->o->relocs && s < DV_BSS; s++) {
        if (!put_relocs(m, s))
            return no_memory(m);
        if (!m->relas[s])
            continue;
        p = add_table(m, rela_names[s], SHT_RELA, m->rela[s], m->relas[s], sizeof **m->rela);
        p->head.sh_flags = SHF_INFO_LINK;
        p->head.sh_link = symtab;
        p->head.sh_info = m->index[s];
    }
    return DV_OK;
}

static enum dv_err add_names(struct image *m)
{
    add_part(m, ".shstrtab", SHT_STRTAB, 0, NULL, 0);
    for (unsigned i = 0; i < m->parts; i++)
        if (!add_string(&m->names, m->part[i].name, &m->part[i].head.sh_name))
            return no_memory(m);
    struct part *p = &m->part[m->parts - 1];
    p->data = m->names.p;
    p->head.sh_size = m->names.n;
    return DV_OK;
}

/* ---- layout ---------------------------------------------------------------------------------- */

/* Program headers: one a loaded section, ascending by address, then the notes. */
static unsigned find_segments(const struct image *m, unsigned *list)
{
    unsigned n = 0, note = 0;
    for (unsigned i = 1; i < m->parts; i++) {
        const Elf64_Shdr *h = &m->part[i].head;
        if (h->sh_type == SHT_NOTE)
            note = i;
        if (h->sh_type == SHT_NOTE || !(h->sh_flags & SHF_ALLOC) || !h->sh_size)
            continue;
        unsigned k = n++;
        for (; k && m->part[list[k - 1]].head.sh_addr > h->sh_addr; k--)
            list[k] = list[k - 1];
        list[k] = i;
    }
    list[n++] = note;
    return n;
}

static uint64_t place_parts(struct image *m, uint64_t at)
{
    for (unsigned i = 1; i < m->parts; i++) {
        Elf64_Shdr *h = &m->part[i].head;
        uint64_t align = h->sh_flags & SHF_EXECINSTR && h->sh_addralign < PART_ALIGN
                             ? PART_ALIGN
                             : h->sh_addralign;
        at = (at + align - 1) & -align;
        h->sh_offset = at;
        at += h->sh_type == SHT_NOBITS ? 0 : h->sh_size;
    }
    return (at + 7) & ~7ull;
}

static void put_segment(const struct part *p, Elf64_Phdr *out)
{
    const Elf64_Shdr *h = &p->head;
    out->p_type = h->sh_type == SHT_NOTE ? PT_NOTE : PT_LOAD;
    out->p_flags =
        PF_R | (h->sh_flags & SHF_EXECINSTR ? PF_X : 0) | (h->sh_flags & SHF_WRITE ? PF_W : 0);
    out->p_offset = h->sh_offset;
    out->p_vaddr = out->p_paddr = h->sh_addr;
    out->p_filesz = h->sh_type == SHT_NOBITS ? 0 : h->sh_size;
    out->p_memsz = h->sh_size;
    out->p_align = h->sh_addralign;
}

/* Address of the first kernel's entry label, 0 when there is none. */
static uint64_t entry_address(const struct dv_obj *o)
{
    const char *entry = o->final && o->kernels ? o->kernel[0].entry[0] : NULL;
    for (uint32_t i = 0; entry && i < o->symbols; i++) {
        const struct dv_symbol *s = &o->symbol[i];
        if (s->defined && s->section == DV_TEXT && !strcmp(s->name, entry))
            return o->address[DV_TEXT] + s->value;
    }
    return 0;
}

static bool put_header(const struct image *m, Elf *elf, uint64_t tables, uint64_t shoff)
{
    Elf64_Ehdr *h = elf64_newehdr(elf);
    if (!h)
        return false;
    h->e_ident[EI_DATA] = ELFDATA2LSB;
    h->e_type = m->o->final ? ET_EXEC : ET_REL;
    h->e_machine = DV_EM;
    h->e_version = EV_CURRENT;
    h->e_entry = entry_address(m->o);
    h->e_phoff = tables;
    h->e_shoff = shoff;
    h->e_flags = m->o->kinds | (m->o->kinds == DV_ON(DV_C100) ? 1u << 8 : 0);
    h->e_shstrndx = (Elf64_Half)(m->parts - 1);
    return true;
}

static bool put_part(Elf *elf, struct part *p)
{
    Elf_Scn *scn = elf_newscn(elf);
    Elf64_Shdr *h = scn ? elf64_getshdr(scn) : NULL;
    Elf_Data *data = scn ? elf_newdata(scn) : NULL;
    if (!h || !data)
        return false;
    *h = p->head;
    data->d_buf = (void *)(uintptr_t)p->data;
    data->d_size = p->head.sh_size;
    data->d_type = p->type;
    data->d_align = 1;
    data->d_version = EV_CURRENT;
    return true;
}

/* Hands everything to libelf; false with elf_errno set. */
static bool put_image(struct image *m, Elf *elf)
{
    unsigned segment[LOADS_MAX];
    unsigned segments = m->o->final ? find_segments(m, segment) : 0;
    uint64_t tables = segments ? sizeof(Elf64_Ehdr) : 0;
    uint64_t end = place_parts(m, sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr));
    elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT);
    if (!put_header(m, elf, tables, end))
        return false;
    Elf64_Phdr *ph = segments ? elf64_newphdr(elf, segments) : NULL;
    for (unsigned i = 0; ph && i < segments; i++)
        put_segment(&m->part[segment[i]], &ph[i]);
    for (unsigned i = 1; i < m->parts; i++)
        if (!put_part(elf, &m->part[i]))
            return false;
    return (ph || !segments) && elf_update(elf, ELF_C_WRITE) >= 0;
}

/* ---- file ------------------------------------------------------------------------------------ */

/* The bytes libelf wrote to fd. */
static enum dv_err fetch(struct image *m, int fd, uint8_t **out, size_t *bytes)
{
    off_t end = lseek(fd, 0, SEEK_END);
    if (end > (off_t)DV_IMAGE_MAX)
        return dv_fail(m->d, DV_E_OBJECT, "the object is larger than %llu MiB", DV_IMAGE_MAX >> 20);
    uint8_t *p = end > 0 ? malloc((size_t)end) : NULL;
    if (!p)
        return no_memory(m);
    for (off_t at = 0; at < end;) {
        ssize_t n = pread(fd, p + at, (size_t)(end - at), at);
        if (n <= 0) {
            free(p);
            return dv_fail(m->d, DV_E_IO, "the object cannot be read back from memory");
        }
        at += n;
    }
    *out = p;
    *bytes = (size_t)end;
    return DV_OK;
}

/* libelf writes to descriptors only, so the image passes through an anonymous file. */
static enum dv_err serialise(struct image *m, uint8_t **out, size_t *bytes)
{
    int fd = memfd_create("dv-object", MFD_CLOEXEC);
    if (fd < 0)
        return dv_fail(m->d, DV_E_IO, "no anonymous file for the object");
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
    enum dv_err e;
    if (elf && put_image(m, elf))
        e = fetch(m, fd, out, bytes);
    else
        e = dv_fail(m->d, DV_E_OBJECT, "the object cannot be laid out: %s", elf_errmsg(-1));
    elf_end(elf);
    close(fd);
    return e;
}

static void release(struct image *m)
{
    free(m->note.p);
    free(m->names.p);
    free(m->strings.p);
    free(m->symbol);
    free(m->symbol_index);
    for (unsigned i = 0; i < DV_DEBUGS; i++)
        free(m->debug[i].p);
    for (unsigned s = 0; s < DV_SECTIONS; s++)
        free(m->rela[s]);
}

enum dv_err dv_obj_write(const struct dv_obj *o, uint8_t **image, size_t *bytes, struct dv_diag *d)
{
    struct image m = {.o = o, .d = d};
    enum dv_err e = check(&m);
    add_part(&m, "", SHT_NULL, 0, NULL, 0);
    if (!e)
        add_sections(&m);
    if (!e)
        e = add_notes(&m);
    if (!e)
        e = add_debug(&m);
    if (!e)
        e = add_symbols(&m);
    if (!e)
        e = add_names(&m);
    if (!e)
        e = serialise(&m, image, bytes);
    release(&m);
    return e;
}
