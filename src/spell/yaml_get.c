/* The typed getters over the tree of yaml.c. */
#include "spell/yaml.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/utf8.h"

bool yaml_error(const struct yaml_reader *reader, const struct yaml_node *node, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return err_list_addf(reader->errors, reader->file, node ? node->line : 1, node ? node->column : 1, "%s", text);
}

#define SHOWN_MAX 60

char *yaml_found(const struct yaml_node *node)
{
    if (!node)
        return mem_strdup(_("nothing"));
    if (node->kind == YAML_MAPPING)
        return mem_strdup(_("a mapping"));
    if (node->kind == YAML_SEQUENCE)
        return mem_strdup(_("a sequence"));
    struct buf shown;
    buf_init(&shown, SHOWN_MAX * 5);
    char *text = secret_hide_logins(node->text);
    size_t len = strlen(text);
    size_t cut = len;
    if (cut > SHOWN_MAX) {
        cut = SHOWN_MAX;
        while (cut && ((unsigned char)text[cut] & 0xc0) == 0x80) /* not inside a character */
            cut--;
    }
    for (size_t i = 0; i < cut;) { /* utf8_printable wants no newlines */
        size_t n = strcspn(text + i, "\n");
        n = i + n > cut ? cut - i : n;
        utf8_printable(text + i, n, &shown);
        i += n;
        if (i < cut) {
            buf_adds(&shown, " ");
            i++;
        }
    }
    free(text);
    const char *dots = cut < len ? "..." : "";
    char *found = NULL;
    switch (node->scalar) {
    case YAML_NULL:
        found = mem_strdup(_("nothing"));
        break;
    case YAML_BOOLEAN:
        found = mem_printf(_("the boolean %s"), buf_text(&shown));
        break;
    case YAML_INTEGER:
    case YAML_FLOAT:
        found = mem_printf(_("the number %s%s"), buf_text(&shown), dots);
        break;
    case YAML_STRING:
        found = mem_printf(_("the text \"%s%s\""), buf_text(&shown), dots);
        break;
    }
    buf_done(&shown);
    return found;
}

char *yaml_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = str_nearest(word, names, count);
    return nearest ? mem_printf(_("; did you mean \"%s\"?"), nearest) : mem_strdup("");
}

static bool expected(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *wanted)
{
    char *found = yaml_found(node);
    yaml_error(reader, node, _("%s: expected %s, found %s"), what, wanted, found);
    free(found);
    return false;
}

bool yaml_is_mapping(const struct yaml_reader *reader, const struct yaml_node *node, const char *what)
{
    if (node && node->kind == YAML_MAPPING)
        return true;
    return expected(reader, node, what, _("a mapping, as in {a: b}"));
}

bool yaml_check_keys(const struct yaml_reader *reader, const struct yaml_node *map, const char *what, const char *const *names,
                     size_t count)
{
    if (!yaml_is_mapping(reader, map, what))
        return false;
    for (size_t i = 0; i < map->count; i += 2) {
        const struct yaml_node *key = map->items[i];
        bool is_known = false;
        for (size_t j = 0; j < count && !is_known; j++)
            is_known = strcmp(names[j], key->text) == 0;
        if (is_known)
            continue;
        char *nearest = yaml_nearest(key->text, names, count);
        struct buf shown;
        buf_init(&shown, 200);
        utf8_printable(key->text, strlen(key->text), &shown);
        if (*nearest) {
            yaml_error(reader, key, _("unknown key \"%s\" in %s%s"), buf_text(&shown), what, nearest);
        } else {
            struct strv all = {0};
            for (size_t j = 0; j < count; j++)
                strv_add(&all, names[j]);
            char *known = strv_join(&all, ", ");
            yaml_error(reader, key, _("unknown key \"%s\" in %s; known here: %s"), buf_text(&shown), what, known);
            free(known);
            strv_done(&all);
        }
        buf_done(&shown);
        free(nearest);
    }
    return true;
}

static size_t find(const struct yaml_node *map, const char *key)
{
    if (map && map->kind == YAML_MAPPING)
        for (size_t i = 0; i + 1 < map->count; i += 2)
            if (strcmp(map->items[i]->text, key) == 0)
                return i;
    return (size_t)-1;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    size_t i = find(map, key);
    return i == (size_t)-1 ? NULL : map->items[i + 1];
}

const struct yaml_node *yaml_key(const struct yaml_node *map, const char *key)
{
    size_t i = find(map, key);
    return i == (size_t)-1 ? NULL : map->items[i];
}

const struct yaml_node *yaml_need(const struct yaml_reader *reader, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *value = yaml_get(map, key);
    if (!value)
        yaml_error(reader, map, _("the key \"%s\" is missing"), key);
    return value;
}

bool yaml_is_sequence(const struct yaml_reader *reader, const struct yaml_node *node, const char *what)
{
    if (node && node->kind == YAML_SEQUENCE)
        return true;
    return expected(reader, node, what, _("a sequence, as in [a, b]"));
}

bool yaml_string(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char **text)
{
    if (!node || node->kind != YAML_SCALAR || node->scalar == YAML_NULL)
        return expected(reader, node, what, _("text"));
    if (node->scalar != YAML_STRING) {
        char *found = yaml_found(node);
        yaml_error(reader, node, _("%s: expected text, found %s; write \"%s\" in quotes if it is meant so"), what, found, node->text);
        free(found);
        return false;
    }
    *text = node->text;
    return true;
}

bool yaml_boolean(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, bool *value)
{
    if (node && node->kind == YAML_SCALAR && node->scalar == YAML_BOOLEAN &&
        (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)) {
        *value = node->text[0] == 't';
        return true;
    }
    return expected(reader, node, what, _("true or false"));
}

bool yaml_integer(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, int64_t min, int64_t max,
                  int64_t *value)
{
    char wanted[100];
    if (max == INT64_MAX)
        snprintf(wanted, sizeof wanted, min == INT64_MIN ? _("an integer") : _("an integer, %" PRId64 " or more"), min);
    else
        snprintf(wanted, sizeof wanted, _("an integer from %" PRId64 " to %" PRId64), min, max);
    if (!node || node->kind != YAML_SCALAR || node->scalar != YAML_INTEGER || strchr("ox", node->text[1] ? node->text[1] : '0'))
        return expected(reader, node, what, wanted);
    errno = 0;
    long long n = strtoll(node->text, NULL, 10);
    if (errno || n < min || n > max)
        return expected(reader, node, what, wanted);
    *value = n;
    return true;
}

/* digits followed by one of the units; false when it is something else or too large. */
static bool number_unit(const struct yaml_node *node, const char *units, const uint64_t *factors, uint64_t max, uint64_t *value)
{
    if (!node || node->kind != YAML_SCALAR)
        return false;
    size_t digits = strspn(node->text, "0123456789");
    if (!digits || digits > 12 || strlen(node->text) != digits + 1)
        return false;
    const char *unit = strchr(units, node->text[digits]);
    if (!unit)
        return false;
    uint64_t n = strtoull(node->text, NULL, 10);
    uint64_t factor = factors[unit - units];
    if (n > max / factor)
        return false;
    *value = n * factor;
    return true;
}

bool yaml_duration_ms(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, uint64_t max_ms,
                      uint64_t *value_ms)
{
    static const uint64_t factors[] = {1000, 60 * 1000, 3600 * 1000};
    char wanted[100];
    snprintf(wanted, sizeof wanted, _("a time such as 30s, 10m or 1h, at most %" PRIu64 "h"), max_ms / factors[2]);
    if (number_unit(node, "smh", factors, max_ms, value_ms))
        return true;
    return expected(reader, node, what, wanted);
}

bool yaml_size_mb(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, uint64_t *value_mb)
{
    static const uint64_t factors[] = {1, 1024, 1024 * 1024};
    if (number_unit(node, "MGT", factors, (uint64_t)1 << 40, value_mb))
        return true;
    return expected(reader, node, what, _("a size such as 1700M, 4G or 1T"));
}

bool yaml_strings(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, struct strv *list)
{
    if (!yaml_is_sequence(reader, node, what))
        return false;
    bool ok = true;
    for (size_t i = 0; i < node->count; i++) {
        const char *text = NULL;
        if (!yaml_string(reader, node->items[i], what, &text)) {
            ok = false;
        } else if (strv_has(list, text)) {
            char *found = yaml_found(node->items[i]);
            ok = yaml_error(reader, node->items[i], _("%s: %s stands here twice"), what, found);
            free(found);
        } else {
            strv_add(list, text);
        }
    }
    return ok;
}

bool yaml_get_string(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, char **value)
{
    const struct yaml_node *node = yaml_get(map, key);
    const char *text = NULL;
    if (!node)
        return true;
    if (!yaml_string(reader, node, key, &text))
        return false;
    free(*value);
    *value = mem_strdup(text);
    return true;
}

bool yaml_get_boolean(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool *value)
{
    const struct yaml_node *node = yaml_get(map, key);
    return !node || yaml_boolean(reader, node, key, value);
}

bool yaml_get_strings(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct strv *list)
{
    const struct yaml_node *node = yaml_get(map, key);
    return !node || yaml_strings(reader, node, key, list);
}
