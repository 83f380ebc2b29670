#include "spell/table_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/version.h"
#include "spell/download.h"
#include "spell/read.h"
#include "spell/spell.h"

struct table_choice *table_choice_read(const struct yaml_reader *reader, const struct yaml_node *map)
{
    static const char *const keys[] = {"table", "key", "least", "each", "words"};
    const struct yaml_node *node = yaml_get(map, "row");
    if (!node || !yaml_check_keys(reader, node, "row", keys, sizeof keys / sizeof *keys))
        return NULL;
    struct table_choice *choice = mem_new(1, sizeof *choice);
    *choice = (struct table_choice){.file = mem_strdup(""), .key = mem_strdup("")};
    read_needed_string(reader, node, "table", &choice->file);
    read_needed_string(reader, node, "key", &choice->key);
    yaml_get_string(reader, node, "least", &choice->least);
    yaml_get_string(reader, node, "each", &choice->each);
    yaml_get_string(reader, node, "words", &choice->words);
    return choice;
}

void table_choice_check(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, struct table_choice *choice)
{
    const char *columns[3];
    size_t count = 0;
    const struct yaml_node *least = yaml_get(node, "least");
    if (choice->least)
        columns[count++] = TABLE_CHOICE_LEAST;
    if (choice->each)
        columns[count++] = choice->each;
    if (choice->words)
        columns[count++] = choice->words;
    if (*choice->file)
        table_read_of(reader, yaml_get(node, "table"), spell, choice->file, columns, count, &choice->table);
    if (*choice->key)
        download_check_text(reader, yaml_get(node, "key"), "key", spell, NULL, choice->key);
    if (choice->least && !spell_question(spell, choice->least))
        yaml_error(reader, least, _("%s: there is no question \"%s\""), "least", choice->least);
}

void table_choice_free(struct table_choice **choice)
{
    if (!*choice)
        return;
    free((*choice)->file);
    free((*choice)->key);
    free((*choice)->least);
    free((*choice)->each);
    free((*choice)->words);
    table_done(&(*choice)->table);
    free(*choice);
    *choice = NULL;
}

const char *chosen_row_get(const struct chosen_row *row, const char *column)
{
    return row->word && strcmp(column, row->words) == 0 ? row->word : table_cell(row->table, row->cells, column);
}

static bool is_too_new(const struct table_choice *choice, const struct strv *row, const struct answers *answers)
{
    const char *least = choice->least ? table_cell(&choice->table, row, TABLE_CHOICE_LEAST) : NULL;
    const char *answer = choice->least ? answers_value(answers, choice->least) : NULL;
    return least && answer && !table_cell_is_empty(least) && version_compare(answer, least) < 0;
}

/* Once for each word; a cell without words is none. */
static void add_row(const struct table_choice *choice, const struct strv *row, struct chosen_row **rows, size_t *count)
{
    struct chosen_row made = {.table = &choice->table, .cells = row, .words = choice->words};
    const char *text = choice->words ? table_cell(&choice->table, row, choice->words) : NULL;
    if (text && table_cell_is_empty(text))
        return;
    do {
        size_t len = text ? strcspn(text, ",") : 0;
        made.word = text ? mem_strndup(text, len) : NULL;
        *rows = mem_grow(*rows, *count + 1, sizeof **rows);
        (*rows)[(*count)++] = made;
        text = text && text[len] ? text + len + 1 : NULL;
    } while (text);
}

struct chosen_row *table_choose(const struct table_choice *choice, const struct answers *answers, size_t *count)
{
    const struct table *table = &choice->table;
    struct chosen_row *rows = NULL;
    struct strv seen = {0};
    char *key = download_fill(choice->key, answers);
    const char *name = table_key(table, key);
    *count = 0;
    for (size_t i = 0; name && i < table->row_count; i++) {
        const struct strv *row = &table->rows[i];
        const char *kind = choice->each ? table_cell(table, row, choice->each) : "";
        if (!kind || strcmp(row->items[0], name) != 0 || is_too_new(choice, row, answers) || strv_has(&seen, kind))
            continue;
        strv_add(&seen, kind);
        add_row(choice, row, &rows, count);
    }
    strv_done(&seen);
    free(key);
    return rows;
}

void chosen_rows_free(struct chosen_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(rows[i].word);
    free(rows);
}
