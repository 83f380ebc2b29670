#include "spell/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

void read_cond_place(const struct yaml_node *node, unsigned cond_column, unsigned *line, unsigned *column)
{
    *line = node->line;
    /* exact for plain scalars of one line, the usual kind; for others the beginning is named */
    bool is_single = strchr(node->text, '\n') == NULL;
    *column = node->column + (is_single ? cond_column - 1 + (unsigned)node->is_quoted : 0);
}

struct cond *read_cond(const struct yaml_reader *reader, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (!node)
        return NULL;
    struct err err = ERR_INIT;
    /* `when: true` is a boolean to YAML and a condition to us */
    if (node->kind != YAML_SCALAR || (node->scalar != YAML_STRING && node->scalar != YAML_BOOLEAN)) {
        char *found = yaml_found(node);
        yaml_error(reader, node, _("%s: expected a condition, found %s"), key, found);
        free(found);
        return NULL;
    }
    struct cond *cond = cond_parse(node->text, &err);
    if (!cond) {
        unsigned line, column;
        read_cond_place(node, err.column, &line, &column);
        err_list_addf(reader->errors, reader->file, line, column, "%s: %s", key, err.text);
    }
    return cond;
}

bool read_needed_string(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, char **text)
{
    const struct yaml_node *node = yaml_need(reader, map, key);
    const char *found = NULL;
    if (!node || !yaml_string(reader, node, key, &found))
        return false;
    if (!*found)
        return yaml_error(reader, node, _("%s: expected text, found \"\""), key);
    free(*text);
    *text = mem_strdup(found);
    return true;
}

bool read_name(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool (*is_valid)(const char *),
               const char *rule, char **text)
{
    if (!read_needed_string(reader, map, key, text))
        return false;
    if (is_valid(*text))
        return true;
    const struct yaml_node *node = yaml_get(map, key);
    char *found = yaml_found(node);
    yaml_error(reader, node, _("%s: expected %s; found %s"), key, rule, found);
    free(found);
    return false;
}

bool read_unknown(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *word,
                  const char *const *names, size_t count)
{
    struct strv all = {0};
    for (size_t i = 0; i < count; i++)
        strv_add(&all, names[i]);
    char *known = strv_join(&all, ", ");
    char *nearest = yaml_nearest(word, names, count);
    char *found = yaml_found(node);
    yaml_error(reader, node, _("%s: expected one of %s; found %s%s"), what, known, found, nearest);
    free(found);
    free(nearest);
    free(known);
    strv_done(&all);
    return false;
}

/* "expected WHAT, found WHAT" for a value of the wrong kind. */
static char *wrong(const struct yaml_reader *reader, const struct yaml_node *node, const char *what,
                   const struct question *question)
{
    char *expects = question_expects(question);
    char *found = yaml_found(node);
    bool is_number = node->kind == YAML_SCALAR && (node->scalar == YAML_INTEGER || node->scalar == YAML_FLOAT);
    bool is_word = node->kind == YAML_SCALAR && node->scalar == YAML_STRING &&
                   (strcmp(node->text, "yes") == 0 || strcmp(node->text, "no") == 0 || strcmp(node->text, "on") == 0 ||
                    strcmp(node->text, "off") == 0);
    if (question->type == QUESTION_BOOLEAN && is_word)
        yaml_error(reader, node, _("%s: expected %s, found %s; write %s"), what, expects, found,
                   node->text[0] == 'y' || strcmp(node->text, "on") == 0 ? "true" : "false");
    else if ((is_number || (node->kind == YAML_SCALAR && node->scalar == YAML_BOOLEAN)) && question->type != QUESTION_BOOLEAN &&
             question->type != QUESTION_INTEGER && question->type != QUESTION_MULTI)
        yaml_error(reader, node, _("%s: expected %s, found %s; write it in quotes: \"%s\""), what, expects, found, node->text);
    else
        yaml_error(reader, node, _("%s: expected %s, found %s"), what, expects, found);
    free(found);
    free(expects);
    return NULL;
}

static char *read_words(const struct yaml_reader *reader, const struct yaml_node *node, const char *what,
                        const struct question *question)
{
    if (node->kind != YAML_SEQUENCE)
        return wrong(reader, node, what, question);
    struct strv words = {0}, ordered = {0};
    bool ok = yaml_strings(reader, node, what, &words);
    for (size_t i = 0; ok && i < words.count; i++)
        if (!question_choice(question, words.items[i])) {
            char *expects = question_expects(question), *nearest = question_nearest(question, words.items[i]);
            ok = yaml_error(reader, node->items[i], _("%s: expected %s; found the text \"%s\"%s"), what, expects, words.items[i], nearest);
            free(nearest);
            free(expects);
        }
    /* always in the order of the choices: the same selection is the same answer */
    for (size_t i = 0; i < question->choice_count; i++)
        if (strv_has(&words, question->choices[i].value))
            strv_add(&ordered, question->choices[i].value);
    char *text = ok ? strv_join(&ordered, " ") : NULL;
    strv_done(&words);
    strv_done(&ordered);
    return text;
}

char *read_answer(const struct yaml_reader *reader, const struct yaml_node *node, const char *what,
                  const struct question *question)
{
    enum yaml_scalar wanted = question->type == QUESTION_BOOLEAN   ? YAML_BOOLEAN
                              : question->type == QUESTION_INTEGER ? YAML_INTEGER
                                                                   : YAML_STRING;
    char *text;
    if (question->type == QUESTION_MULTI) {
        text = read_words(reader, node, what, question);
        if (!text)
            return NULL;
    } else {
        if (node->kind != YAML_SCALAR || node->scalar != wanted)
            return wrong(reader, node, what, question);
        text = mem_strdup(node->text);
    }
    struct err err = ERR_INIT;
    if (question_check(question, text, &err))
        return text;
    char *found = yaml_found(node), *nearest = question_nearest(question, text);
    yaml_error(reader, node, _("%s: %s; found %s%s"), what, err.text, found, nearest);
    free(nearest);
    free(found);
    free(text);
    return NULL;
}
