#include "spell/download.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/fact_rule.h"
#include "spell/read.h"
#include "spell/scope.h"
#include "spell/translation.h"

#define FILLED_MAX ((size_t)64 * 1024)

static struct fact_rules *read_rules(const struct yaml_reader *reader, const struct yaml_node *node, const char *key)
{
    struct fact_rules *rules = mem_new(1, sizeof *rules);
    fact_rules_read(reader, node, key, rules);
    return rules;
}

static void read_one(const struct yaml_reader *reader, const struct yaml_node *node, struct step *step)
{
    static const char *const keys[] = {"what", "from", "row", "when", "here", "maybe_here", "unneeded"};
    struct download made = {.line = node->line, .column = node->column};
    if (!yaml_check_keys(reader, node, "downloads", keys, sizeof keys / sizeof *keys))
        return;
    made.what = mem_strdup("");
    read_needed_string(reader, node, "what", &made.what);
    if (yaml_get(node, "from")) {
        made.from = mem_strdup("");
        read_needed_string(reader, node, "from", &made.from);
    }
    made.row = table_choice_read(reader, node);
    made.when = read_cond(reader, node, "when");
    made.here = read_rules(reader, node, "here");
    made.maybe_here = read_rules(reader, node, "maybe_here");
    made.unneeded = read_rules(reader, node, "unneeded");
    step->downloads = mem_grow(step->downloads, step->download_count + 1, sizeof made);
    step->downloads[step->download_count++] = made;
}

void downloads_read(const struct yaml_reader *reader, const struct yaml_node *map, struct step *step)
{
    const struct yaml_node *node = yaml_get(map, "downloads");
    if (!node || !yaml_is_sequence(reader, node, "downloads"))
        return;
    if (node->count > DOWNLOADS_MAX)
        yaml_error(reader, node, _("downloads: expected at most %d, found %zu"), DOWNLOADS_MAX, node->count);
    for (size_t i = 0; i < node->count && i < DOWNLOADS_MAX; i++)
        read_one(reader, node->items[i], step);
}

void downloads_want(const struct step *step, struct strv *disks, struct strv *paths)
{
    for (size_t i = 0; i < step->download_count; i++) {
        fact_rules_wants(step->downloads[i].here, disks, paths);
        fact_rules_wants(step->downloads[i].maybe_here, disks, paths);
        fact_rules_wants(step->downloads[i].unneeded, disks, paths);
    }
}

void download_done(struct download *download)
{
    free(download->what);
    free(download->from);
    table_choice_free(&download->row);
    cond_free(&download->when);
    fact_rules_done(download->here);
    fact_rules_done(download->maybe_here);
    fact_rules_done(download->unneeded);
    free(download->here);
    free(download->maybe_here);
    free(download->unneeded);
}

/* The key of the next {KEY} in *text, malloc'd; *text then stands behind it, *before is how many bytes stood before it. NULL: there is none. */
static char *next_key(const char **text, size_t *before)
{
    const char *open = strchr(*text, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return NULL;
    *before = (size_t)(open - *text);
    *text = close + 1;
    return mem_strndup(open + 1, (size_t)(close - open - 1));
}

#define ROW "row."

static void check_column(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const struct table_choice *row, const char *key)
{
    const char *column = key + strlen(ROW);
    if (!row)
        yaml_error(reader, node, _("%s: {%s} is a cell of a table, but there is no \"row\" that says which"), what, key);
    else if (row->table.columns.count && !strv_has(&row->table.columns, column)) {
        char *nearest = yaml_nearest(column, (const char *const *)row->table.columns.items, row->table.columns.count);
        yaml_error(reader, node, _("%s: %s has no column \"%s\"%s"), what, row->file, column, nearest);
        free(nearest);
    }
}

void download_check_text(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const struct spell *spell,
                         const struct table_choice *row, const char *text)
{
    size_t before;
    for (char *key; (key = next_key(&text, &before)) != NULL; free(key)) {
        const struct question *question = spell_question(spell, key);
        if (strncmp(key, ROW, strlen(ROW)) == 0)
            check_column(reader, node, what, row, key);
        else if (question && question->type == QUESTION_PASSWORD)
            yaml_error(reader, node, _("%s: {%s} is a password, which is never shown"), what, key);
        else if (!question && strcmp(key, "topology") != 0)
            yaml_error(reader, node, _("%s: there is no question \"%s\" for {%s}"), what, key, key);
    }
}

void downloads_check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct step *step)
{
    const struct yaml_node *list = yaml_get(map, "downloads");
    for (size_t i = 0; i < step->download_count && list && i < list->count; i++) {
        const struct yaml_node *what = yaml_get(list->items[i], "what"), *from = yaml_get(list->items[i], "from");
        struct table_choice *row = step->downloads[i].row;
        if (row)
            table_choice_check(reader, yaml_get(list->items[i], "row"), spell, row);
        if (what)
            download_check_text(reader, what, "what", spell, row, step->downloads[i].what);
        if (from && step->downloads[i].from)
            download_check_text(reader, from, "from", spell, row, step->downloads[i].from);
        fact_rules_check(reader, spell, yaml_get(list->items[i], "here"), step->downloads[i].here);
        fact_rules_check(reader, spell, yaml_get(list->items[i], "maybe_here"), step->downloads[i].maybe_here);
        fact_rules_check(reader, spell, yaml_get(list->items[i], "unneeded"), step->downloads[i].unneeded);
    }
}

static const char *value_of(const char *key, const struct answers *answers, const struct chosen_row *row)
{
    if (strncmp(key, ROW, strlen(ROW)) == 0)
        return row ? chosen_row_get(row, key + strlen(ROW)) : NULL;
    return strcmp(key, "topology") == 0 ? answers->topology : answers_value(answers, key);
}

static char *fill(const char *text, const struct answers *answers, const struct chosen_row *row)
{
    struct buf out;
    const char *from = text;
    size_t before;
    buf_init(&out, FILLED_MAX);
    for (char *key; (key = next_key(&from, &before)) != NULL; free(key)) {
        const char *value = value_of(key, answers, row);
        buf_add(&out, text, before);
        buf_adds(&out, value ? value : "");
        text = from;
    }
    buf_adds(&out, text);
    return buf_take(&out);
}

char *download_fill(const char *text, const struct answers *answers)
{
    return fill(text, answers, NULL);
}

bool download_names(const char *text, const char *key)
{
    bool has = false;
    size_t before;
    for (char *found; !has && (found = next_key(&text, &before)) != NULL; free(found))
        has = strcmp(found, key) == 0;
    return has;
}

struct plan_download *download_expand(const struct spell *spell, const struct download *download, const struct answers *answers, size_t *count)
{
    struct chosen_row *rows = NULL;
    *count = 1;
    if (download->row)
        rows = table_choose(download->row, answers, count);
    struct plan_download *made = mem_new(*count + 1, sizeof *made);
    for (size_t i = 0; i < *count; i++) {
        const struct chosen_row *row = rows ? &rows[i] : NULL;
        made[i] = (struct plan_download){.what = fill(download->what, answers, row), .shown = fill(spell_text(spell, download->what), answers, row),
                                         .from = download->from ? fill(download->from, answers, row) : NULL};
    }
    if (rows)
        chosen_rows_free(rows, *count);
    return made;
}

bool download_is_needless(const struct download *download, const struct facts *facts, const struct answers *answers)
{
    return facts && (fact_rules_hold(download->here, facts, answers) || fact_rules_hold(download->unneeded, facts, answers));
}

void downloads_plan(const struct spell *spell, const struct step *step, const struct answers *answers, struct plan_step *made)
{
    const struct scope scope = {.answers = answers};
    for (size_t i = 0; i < step->download_count; i++) {
        size_t count = 0;
        if (!scope_eval(&scope, step->downloads[i].when))
            continue;
        struct plan_download *planned = download_expand(spell, &step->downloads[i], answers, &count);
        for (size_t j = 0; j < count; j++) {
            made->downloads = mem_grow(made->downloads, made->download_count + 1, sizeof *planned);
            planned[j].declared = i;
            made->downloads[made->download_count++] = planned[j];
        }
        free(planned);
    }
}
