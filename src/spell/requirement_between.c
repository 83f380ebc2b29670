/* What several of these measures need. */
#include "spell/requirement_between.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

void read_questions(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct strv *questions)
{
    yaml_get_strings(reader, map, key, questions);
}

void check_questions(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, const struct spell *spell,
                     const struct strv *questions)
{
    for (size_t i = 0; i < questions->count; i++) {
        if (spell_question(spell, questions->items[i]))
            continue;
        struct strv keys = {0};
        for (size_t j = 0; j < spell->question_count; j++)
            strv_add(&keys, spell->questions[j].key);
        char *nearest = yaml_nearest(questions->items[i], (const char *const *)keys.items, keys.count);
        const struct yaml_node *node = yaml_get(map, key);
        const struct yaml_node *at = node->kind == YAML_SEQUENCE && i < node->count ? node->items[i] : node;
        yaml_error(reader, at, _("%s: there is no question \"%s\"%s"), key, questions->items[i], nearest);
        free(nearest);
        strv_done(&keys);
    }
}

char *endpoint_host(const char *text)
{
    const char *colon = strchr(text, ':');
    if (*text == '[')
        return mem_strndup(text + 1, strcspn(text + 1, "]"));
    if (colon && !strchr(colon + 1, ':'))
        return mem_strndup(text, (size_t)(colon - text));
    return mem_strdup(text);
}
