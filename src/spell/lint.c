#include "spell/lint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/child.h"
#include "spell/mend.h"

#define TOOL_LIMIT_MS 60000
#define TOOL_BYTES_MAX ((size_t)256 * 1024)

struct lint {
    const struct spell *spell;
    struct err_list *errors, *notes;
    struct strv *tools;
    struct strv seen; /* files already checked: steps may share one */
};

static void add_text(struct err_list *list, const char *file, unsigned line, unsigned column, const char *text, size_t len)
{
    struct buf shown;
    buf_init(&shown, 800);
    utf8_printable(text, len, &shown);
    err_list_addf(list, file, line, column, "%s", buf_text(&shown));
    buf_done(&shown);
}

/* "FILE: 3: Syntax error ..." of dash, "FILE: line 3: ..." of bash. */
static void add_syntax(struct err_list *list, const char *file, const char *tool, const char *output)
{
    size_t len = strcspn(output, "\n");
    const char *text = output, *p = strncmp(output, file, strlen(file)) == 0 ? output + strlen(file) : NULL;
    unsigned line = 0;
    if (p && *p == ':') {
        p += 1 + strspn(p + 1, " ");
        p += strncmp(p, "line ", 5) == 0 ? 5 : 0;
        char *end;
        unsigned long n = strtoul(p, &end, 10);
        if (end > p && *end == ':') {
            line = (unsigned)n;
            text = end + 1 + strspn(end + 1, " ");
            len = strcspn(text, "\n");
        }
    }
    char *message = mem_printf(_("%s -n: %.*s"), tool, (int)len, text);
    add_text(list, file, line, 0, message, strlen(message));
    free(message);
}

/* false when there is no such tool */
static bool run(struct lint *lint, char *const argv[], struct buf *out, int *status)
{
    struct err err = ERR_INIT;
    buf_init(out, TOOL_BYTES_MAX);
    if (!child_run(argv, TOOL_LIMIT_MS, true, out, status, &err)) {
        err_list_add(lint->errors, &err);
        *status = 0;
    }
    if (*status == 127)
        return false;
    if (!strv_has(lint->tools, argv[0]))
        strv_add(lint->tools, argv[0]);
    return true;
}

static bool check_syntax(struct lint *lint, const char *file, char *tool)
{
    char *argv[] = {tool, (char[]){"-n"}, mem_strdup(file), NULL};
    struct buf out;
    int status = 0;
    bool ok = true;
    if (run(lint, argv, &out, &status) && status != 0) {
        add_syntax(lint->errors, file, tool, buf_text(&out));
        ok = false;
    }
    buf_done(&out);
    free(argv[2]);
    return ok;
}

/* One line of `shellcheck -f gcc`: FILE:LINE:COLUMN: LEVEL: TEXT [SCnnnn] */
static void add_finding(struct lint *lint, const char *file, const char *line, size_t len)
{
    size_t n = strlen(file);
    unsigned row = 0, column = 0;
    int used = 0;
    char *copy = mem_strndup(line, len);
    if (len > n && strncmp(copy, file, n) == 0 && sscanf(copy + n, ":%u:%u: %n", &row, &column, &used) == 2 && used) {
        const char *text = copy + n + used;
        /* "note" is both info and style: advice */
        struct err_list *list = strncmp(text, "note:", 5) == 0 ? lint->notes : lint->errors;
        char *message = mem_printf("shellcheck: %s", text);
        add_text(list, file, row, column, message, strlen(message));
        free(message);
    } else if (len) {
        add_text(lint->errors, file, 0, 0, copy, len);
    }
    free(copy);
}

static void run_shellcheck(struct lint *lint, const char *file)
{
    /* 2154, 2034: variables may be set or used by the library; 1090, 1091: files on the host */
    char *argv[] = {(char[]){"shellcheck"}, (char[]){"--norc"}, (char[]){"-s"}, (char[]){"sh"}, (char[]){"-f"},
                    (char[]){"gcc"}, (char[]){"-e"}, (char[]){"SC2154,SC2034,SC1090,SC1091"}, mem_strdup(file), NULL};
    struct buf out;
    int status = 0;
    if (run(lint, argv, &out, &status))
        for (const char *p = buf_text(&out); *p;) {
            size_t n = strcspn(p, "\n");
            add_finding(lint, file, p, n);
            p += n + (p[n] == '\n');
        }
    buf_done(&out);
    free(argv[8]);
}

static void check_file(struct lint *lint, const char *path)
{
    if (!path || strv_has(&lint->seen, path))
        return;
    strv_add(&lint->seen, path);
    char *file = mem_printf("%s/%s", lint->spell->folder, path);
    bool ok = check_syntax(lint, file, (char[]){"sh"});
    ok = check_syntax(lint, file, (char[]){"dash"}) && ok;
    if (ok)
        run_shellcheck(lint, file);
    free(file);
}

/* Words that follow `function` in a script, where they are literal. */
static void check_uses(struct lint *lint, const char *path, const char *function, const struct strv *declared, const char *key)
{
    char *file = mem_printf("%s/%s", lint->spell->folder, path);
    struct buf text;
    unsigned number = 0;
    struct strv told = {0};
    if (file_read(file, SPELL_SCRIPT_BYTES_MAX, &text, NULL))
        for (const char *line = buf_text(&text); *line;) {
            size_t len = strcspn(line, "\n");
            number++;
            char *copy = mem_strndup(line, len);
            char *at = copy[strspn(copy, " \t")] == '#' ? NULL : strstr(copy, function);
            size_t n = strlen(function);
            const char *comment = strstr(copy, " #");
            bool is_call = at && (!comment || comment > at) && isblank((unsigned char)at[n]) && (at == copy || strchr(" \t;&|(`", at[-1]));
            const char *word = is_call ? at + n + strspn(at + n, " \t") : "";
            char *name = mem_strndup(word, strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"));
            if (*name && !strv_has(declared, name) && !strv_has(&told, name)) {
                err_list_addf(lint->errors, file, number, (unsigned)(word - copy) + 1,
                              _("%s %s: the step does not declare it; add %s: [%s]"), function, name, key, name);
                strv_add(&told, name);
            }
            free(name);
            free(copy);
            line += len + (line[len] == '\n');
        }
    buf_done(&text);
    strv_done(&told);
    free(file);
}

static void check_step(struct lint *lint, const struct step *step)
{
    const char *file = lint->spell->file;
    if (!step->check.path && !step->says_rerun)
        err_list_addf(lint->errors, file, step->line, step->column,
                      _("the step \"%s\" has no check; say rerun: safe if it may simply run again after it was interrupted, or "
                        "rerun: ask if the operator must decide"),
                      step->id);
    if (!step->undo.path && strv_has(&step->actions, ACTION_INSTALL))
        err_list_addf(lint->notes, file, step->line, step->column, _("the step \"%s\" has no undo: reset leaves what it did"),
                      step->id);
    check_file(lint, step->run.path);
    check_file(lint, step->check.path);
    check_file(lint, step->undo.path);
    check_uses(lint, step->run.path, "kwiz_result", &step->results, "results");
    check_uses(lint, step->run.path, "kwiz_secret", &step->mints, "mints");
    check_uses(lint, step->run.path, "kwiz_read_secret", &step->reads, "reads");
}

static void check_mend(struct lint *lint, const struct mend *mend)
{
    struct strv none = {0};
    if (!mend)
        return;
    check_file(lint, mend->script.path);
    check_uses(lint, mend->script.path, "kwiz_read_secret", &none, "reads");
}

void spell_lint(const struct spell *spell, struct err_list *errors, struct err_list *notes, struct strv *tools)
{
    struct lint lint = {.spell = spell, .errors = errors, .notes = notes, .tools = tools};
    const char *base = strrchr(spell->folder, '/') ? strrchr(spell->folder, '/') + 1 : spell->folder;
    if (strcmp(base, spell->name) != 0 && strcmp(base, ".") != 0)
        err_list_addf(notes, spell->file, 0, 0, _("the folder is called \"%s\" and the spell \"%s\"; it is found by its folder"), base,
                      spell->name);
    char *readme = mem_printf("%s/README.md", spell->folder);
    if (access(readme, R_OK) != 0)
        err_list_addf(notes, spell->file, 0, 0, _("there is no README.md to tell operators what the spell does"));
    free(readme);
    for (size_t i = 0; i < spell->library.count; i++)
        check_file(&lint, spell->library.items[i]);
    for (size_t i = 0; i < spell->requirement_count; i++)
        check_mend(&lint, spell->requirements[i].mend);
    for (size_t i = 0; i < spell->step_count; i++)
        check_step(&lint, &spell->steps[i]);
    translations_lint(spell, errors, notes);
    strv_done(&lint.seen);
}
