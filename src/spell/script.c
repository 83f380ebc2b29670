/* The files that a spell names: read safely, put together. */
#include "spell/spell_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/read.h"

#define PROLOGUE_BYTES_MAX ((size_t)512 * 1024)
#define DATA_END "KWIZ_DATA_END"

/* A spell may come from anywhere: what it names must lie in its own folder, also after following links. */
static bool check_path(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *folder,
                       const char *path, char **full)
{
    if (path[0] == '/')
        return yaml_error(reader, node, _("%s: expected a path below the spell's folder, found the absolute path \"%s\""), what, path);
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        if (n == 2 && p[0] == '.' && p[1] == '.')
            return yaml_error(reader, node, _("%s: expected a path below the spell's folder, found \"%s\", which leaves it"), what,
                              path);
        if (p[0] == '.' && n > 1)
            return yaml_error(reader, node, _("%s: expected no hidden file, found \"%s\""), what, path);
        p += n + (p[n] == '/');
    }
    char *wanted = mem_printf("%s/%s", folder, path);
    char *real = realpath(wanted, NULL);
    int why = errno;
    char *root = realpath(folder, NULL);
    size_t len = root ? strlen(root) : 0;
    bool ok = real && root && (len == 1 || (strncmp(real, root, len) == 0 && real[len] == '/'));
    if (!real)
        yaml_error(reader, node, _("%s: the file \"%s\" can't be read: %s"), what, path, strerror(why));
    else if (!ok)
        yaml_error(reader, node, _("%s: \"%s\" is a link that leaves the spell's folder"), what, path);
    free(root);
    free(real);
    if (ok)
        *full = wanted;
    else
        free(wanted);
    return ok;
}

static bool check_text(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *path,
                       const struct buf *text)
{
    unsigned line = 1;
    for (size_t i = 0; i < text->len;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(text->data + i, text->len - i, &cp);
        if (!n || !cp)
            return yaml_error(reader, node, _("%s: \"%s\" is not text in UTF-8 (byte 0x%02x on line %u)"), what, path,
                              (unsigned)(unsigned char)text->data[i], line);
        if (cp == '\r')
            return yaml_error(reader, node, _("%s: \"%s\" has a carriage return on line %u; end lines with a newline alone"), what,
                              path, line);
        line += cp == '\n';
        i += n;
    }
    return true;
}

static bool read_file(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const struct spell *spell,
                      const char *path, struct buf *text)
{
    char *full = NULL;
    struct err err = ERR_INIT;
    buf_init(text, 0);
    if (!check_path(reader, node, what, spell->folder, path, &full))
        return false;
    bool ok = file_read(full, SPELL_SCRIPT_BYTES_MAX, text, &err);
    free(full);
    if (!ok)
        return yaml_error(reader, node, "%s: \"%s\": %s", what, path, err.text);
    return check_text(reader, node, what, path, text);
}

static void end_line(struct buf *out)
{
    if (out->len && out->data[out->len - 1] != '\n')
        buf_adds(out, "\n");
}

static bool is_data_name(const char *path)
{
    size_t len = strlen(path);
    return len && len <= 100 &&
           strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") == len;
}

/* One branch of kwiz_data: the file as a here document that nothing in it can end or expand. */
static void add_data(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const char *path,
                     struct buf *prologue)
{
    struct buf text;
    if (!is_data_name(path)) {
        yaml_error(reader, node, _("data: expected a path of letters, digits and _ . / -, found \"%s\""), path);
        return;
    }
    bool ok = read_file(reader, node, "data", spell, path, &text);
    if (ok && strstr(buf_text(&text), DATA_END))
        ok = yaml_error(reader, node, _("data: \"%s\" holds the word %s, which kwiz needs itself"), path, DATA_END);
    if (ok) {
        end_line(&text);
        ok = buf_addf(prologue, "%s) cat <<'" DATA_END "'\n%s" DATA_END "\n;;\n", path, buf_text(&text));
        if (!ok)
            yaml_error(reader, node, _("data and library together are larger than %zu bytes"), PROLOGUE_BYTES_MAX);
    }
    buf_done(&text);
}

void library_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell, struct buf *prologue)
{
    const struct yaml_node *data = yaml_get(map, "data"), *library = yaml_get(map, "library");
    buf_init(prologue, PROLOGUE_BYTES_MAX);
    if (data && yaml_strings(reader, data, "data", &spell->data) && data->count) {
        buf_adds(prologue, "kwiz_data() {\ncase $1 in\n");
        for (size_t i = 0; i < data->count; i++)
            add_data(reader, data->items[i], spell, spell->data.items[i], prologue);
        buf_adds(prologue, "*) return 1 ;;\nesac\n}\n");
    }
    if (!library || !yaml_strings(reader, library, "library", &spell->library))
        return;
    for (size_t i = 0; i < library->count; i++) {
        struct buf text;
        if (read_file(reader, library->items[i], "library", spell, spell->library.items[i], &text) &&
            !buf_adds(prologue, buf_text(&text)))
            yaml_error(reader, library->items[i], _("data and library together are larger than %zu bytes"), PROLOGUE_BYTES_MAX);
        end_line(prologue);
        buf_done(&text);
    }
}

void script_read(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, const struct spell *spell,
                 const struct buf *prologue, struct script *script)
{
    const struct yaml_node *node = yaml_get(map, key);
    const char *path = NULL;
    struct buf text;
    if (!node || !yaml_string(reader, node, key, &path))
        return;
    script->line = node->line;
    script->column = node->column;
    script->path = mem_strdup(path);
    script->own = prologue->len;
    if (read_file(reader, node, key, spell, path, &text))
        script->text = mem_printf("%s%s", buf_text(prologue), buf_text(&text));
    buf_done(&text);
}
