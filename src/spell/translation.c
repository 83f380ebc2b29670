#include "spell/translation.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/language.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/spell.h"
#include "spell/spell_parts.h"
#include "spell/yaml.h"

#define LANGUAGES_MAX 100
#define SUFFIX ".yaml"

static int by_english(const void *a, const void *b)
{
    return strcmp(((const struct translated *)a)->english, ((const struct translated *)b)->english);
}

/* Nothing in it that terminals take for more than text; lines may end. */
static bool is_plain_text(const char *text)
{
    bool is_plain = true;
    while (*text && is_plain) {
        size_t n = strcspn(text, "\n");
        struct buf shown;
        buf_init(&shown, YAML_BYTES_MAX);
        utf8_printable(text, n, &shown);
        is_plain = shown.len == n && memcmp(buf_text(&shown), text, n) == 0;
        buf_done(&shown);
        text += n + (text[n] == '\n');
    }
    return is_plain;
}

static void read_items(const struct yaml_reader *reader, const struct yaml_node *root,
                       struct translation *translation)
{
    if (!yaml_is_mapping(reader, root, _("a translation")))
        return;
    translation->items = mem_new(root->count / 2, sizeof *translation->items);
    for (size_t i = 0; i < root->count; i += 2) {
        const struct yaml_node *key = root->items[i], *value = root->items[i + 1];
        const char *text = NULL;
        if (!yaml_string(reader, value, _("a translation"), &text))
            continue;
        if (!*text || !is_plain_text(text)) {
            char *found = yaml_found(value);
            yaml_error(reader, value, _("expected a translation without control characters, found %s"),
                       found);
            free(found);
            continue;
        }
        translation->items[translation->count++] = (struct translated){.english = mem_strdup(key->text),
                                                                       .text = mem_strdup(text),
                                                                       .line = key->line,
                                                                       .column = key->column};
    }
    if (translation->count)
        qsort(translation->items, translation->count, sizeof *translation->items, by_english);
}

/* Is it LANGUAGE.yaml? The language, malloc'd, or NULL. */
static char *language_of(const char *name)
{
    size_t len = strlen(name), end = strlen(SUFFIX);
    if (len <= end || strcmp(name + len - end, SUFFIX) != 0)
        return NULL;
    char *language = mem_strndup(name, len - end);
    if (!language_is_name(language)) {
        free(language);
        language = NULL;
    }
    return language;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in translations/, hidden ones left out; false after an error. */
static bool list_files(const char *folder, struct strv *names, struct err_list *errors)
{
    char *path = mem_printf("%s/translations", folder);
    DIR *dir = opendir(path);
    bool ok = dir || errno == ENOENT;
    if (!ok)
        err_list_addf(errors, path, 0, 0, _("cannot read the folder: %s"), strerror(errno));
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            strv_add(names, entry->d_name);
    if (dir)
        closedir(dir);
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, by_text);
    if (names->count > LANGUAGES_MAX)
        ok = err_list_addf(errors, path, 0, 0, _("expected at most %d files, found %zu"), LANGUAGES_MAX,
                           names->count);
    free(path);
    return ok;
}

void translations_read(const char *folder, struct translations *translations, struct err_list *errors)
{
    struct strv names = {0};
    if (list_files(folder, &names, errors))
        translations->items = mem_new(names.count, sizeof *translations->items);
    for (size_t i = 0; translations->items && i < names.count; i++) {
        char *language = language_of(names.items[i]);
        if (!language)
            continue;
        struct translation made = {.language = language,
                                   .file = mem_printf("%s/translations/%s", folder, names.items[i])};
        struct stat st; /* a run's copy of the spell takes no links, and must be the same spell */
        bool is_link = lstat(made.file, &st) == 0 && S_ISLNK(st.st_mode);
        if (is_link)
            err_list_addf(errors, made.file, 0, 0, _("is a link; kwiz takes none among translations"));
        struct yaml *yaml = is_link ? NULL : yaml_load(made.file, errors);
        struct yaml_reader reader = {.file = made.file, .errors = errors};
        if (yaml)
            read_items(&reader, yaml->root, &made);
        yaml_tree_free(&yaml);
        translations->items[translations->count++] = made;
    }
    strv_done(&names);
}

void translations_done(struct translations *translations)
{
    for (size_t i = 0; i < translations->count; i++) {
        struct translation *t = &translations->items[i];
        for (size_t j = 0; j < t->count; j++) {
            free(t->items[j].english);
            free(t->items[j].text);
        }
        free(t->items);
        free(t->language);
        free(t->file);
    }
    free(translations->items);
    *translations = (struct translations){0};
}

const char *translation_find(const struct translation *translation, const char *english)
{
    struct translated key = {.english = (char *)(uintptr_t)english};
    const struct translated *found =
        translation->count ? bsearch(&key, translation->items, translation->count, sizeof key, by_english)
                           : NULL;
    return found ? found->text : NULL;
}

const char *spell_text(const struct spell *spell, const char *english)
{
    if (!english || !spell->translations.count)
        return english;
    struct strv wanted = {0};
    const char *text = NULL;
    language_wanted(&wanted);
    for (size_t i = 0; !text && i < wanted.count; i++)
        for (size_t j = 0; !text && j < spell->translations.count; j++)
            if (strcmp(spell->translations.items[j].language, wanted.items[i]) == 0)
                text = translation_find(&spell->translations.items[j], english);
    strv_done(&wanted);
    return text ? text : english;
}
