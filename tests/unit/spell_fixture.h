/* A folder of its own for each test, with a small valid spell in it that tests break in one place. */
#ifndef KWIZ_TESTS_SPELL_FIXTURE_H
#define KWIZ_TESTS_SPELL_FIXTURE_H

#include "tests/unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "spell/answers.h"
#include "spell/spell.h"

struct fixture {
    char folder[64]; /* ends in "/demo" */
};

static inline void fixture_remove(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *below = mem_printf("%s/%s", path, entry->d_name);
        if (unlink(below) != 0)
            fixture_remove(below);
        free(below);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static inline void fixture_write(const struct fixture *fixture, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/%s", fixture->folder, name);
    if (!file_write(path, text, strlen(text), 0644, &err))
        fail_msg("%s", err.text);
    free(path);
}

#define FIXTURE_HEAD                                                                                                   \
    "kwiz: 1\n"                                                                                                        \
    "name: demo\n"                                                                                                     \
    "title: Demo\n"                                                                                                    \
    "version: \"1.0\"\n"                                                                                               \
    "topologies:\n"                                                                                                    \
    "  - name: any\n"                                                                                                  \
    "    title: Any\n"                                                                                                 \
    "    roles:\n"                                                                                                     \
    "      master: {min: 1, max: 5, odd: true, cpus: 2, memory: 4G}\n"                                                 \
    "      worker: {min: 0, cpus: 1, memory: 2G}\n" /* 10 lines */

#define FIXTURE_STEPS                                                                                                  \
    "steps:\n"                                                                                                         \
    "  - {id: one, title: One, on: all, run: one.sh, undo: undo.sh}\n"                                                 \
    "  - {id: two, title: Two, on: master, needs: [one], run: two.sh, check: check.sh, undo: undo.sh}\n"

static inline void fixture_init(struct fixture *fixture)
{
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/kwiz-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    strcat(fixture->folder, "/demo");
    assert_int_equal(mkdir(fixture->folder, 0755), 0);
    static const char *const scripts[] = {"one.sh", "two.sh", "check.sh", "undo.sh"};
    for (size_t i = 0; i < 4; i++)
        fixture_write(fixture, scripts[i], "true\n");
    fixture_write(fixture, "spell.yaml", FIXTURE_HEAD FIXTURE_STEPS);
}

static inline void fixture_done(struct fixture *fixture)
{
    *strrchr(fixture->folder, '/') = '\0';
    fixture_remove(fixture->folder);
}

/* A folder with that spell (NULL: the small one), and the spell loaded, for tests that only read it. */
static inline struct spell *fixture_load(const struct fixture *fixture, char **errors_text);
static inline struct spell *fixture_begin(struct fixture *fixture, const char *text)
{
    char *errors = NULL;
    fixture_init(fixture);
    if (text)
        fixture_write(fixture, "spell.yaml", text);
    struct spell *spell = fixture_load(fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    return spell;
}

static inline void fixture_end(struct fixture *fixture, struct spell **spell)
{
    spell_free(spell);
    fixture_done(fixture);
}

/* The errors as lines, with the fixture's folder taken away, so that they can be compared. */
static inline char *fixture_errors(const struct fixture *fixture, const struct err_list *errors)
{
    char *all = mem_strdup("");
    size_t len = fixture ? strlen(fixture->folder) + 1 : 0;
    for (size_t i = 0; i < errors->count; i++) {
        char line[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&errors->items[i], line, sizeof line);
        bool is_below = fixture && strncmp(line, fixture->folder, len - 1) == 0;
        char *more = mem_printf("%s%s\n", all, is_below ? line + len : line);
        free(all);
        all = more;
    }
    return all;
}

/* Load the spell; errors (if any) as lines in *text, malloc'd, or NULL. */
static inline struct spell *fixture_load(const struct fixture *fixture, char **text)
{
    struct err_list errors = {0};
    struct spell *spell = spell_load(fixture->folder, &errors);
    *text = errors.count ? fixture_errors(fixture, &errors) : NULL;
    assert_true((spell == NULL) == (errors.count > 0));
    err_list_done(&errors);
    return spell;
}

#endif
