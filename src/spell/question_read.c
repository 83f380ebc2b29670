/* Reading questions from spell.yaml. */
#include "spell/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/value.h"

static bool is_choice_value(const char *text)
{
    /* no blanks or commas: several values travel as words, and on the command line with commas */
    size_t len = strlen(text);
    return len && len <= 64 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@+-") == len;
}

static void read_choice(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    static const char *const keys[] = {"value", "label", "help", "when", "retired"};
    struct choice choice = {.line = node->line, .column = node->column};
    if (!yaml_check_keys(reader, node, _("a choice"), keys, sizeof keys / sizeof *keys))
        return;
    const struct yaml_node *value = yaml_need(reader, node, "value");
    const char *text = NULL;
    if (value && yaml_string(reader, value, "value", &text)) {
        if (!is_choice_value(text))
            yaml_error(reader, value, _("value: expected 1 to 64 letters, digits and . _ : / @ + -, found \"%s\""), text);
        else if (question_choice(question, text))
            yaml_error(reader, value, _("value: the choice \"%s\" stands here twice"), text);
    }
    choice.value = mem_strdup(text ? text : "");
    yaml_get_string(reader, node, "label", &choice.label);
    if (!choice.label)
        choice.label = mem_strdup(choice.value);
    yaml_get_string(reader, node, "help", &choice.help);
    yaml_get_string(reader, node, "retired", &choice.retired);
    choice.when = read_cond(reader, node, "when");
    if (choice.retired && !yaml_get(node, "when"))
        choice.when = cond_parse(CHOICE_NEVER, &(struct err)ERR_INIT);
    question->choices = mem_grow(question->choices, question->choice_count + 1, sizeof *question->choices);
    question->choices[question->choice_count++] = choice;
}

static void read_choices(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    const struct yaml_node *choices = yaml_get(node, "choices");
    bool is_wanted = question->type == QUESTION_CHOICE || question->type == QUESTION_MULTI;
    if (!is_wanted && choices)
        yaml_error(reader, yaml_key(node, "choices"), _("choices belong to the types choice and multi, not to %s"),
                   question_type_name(question->type));
    if (!is_wanted)
        return;
    if (!choices) {
        yaml_error(reader, node, _("the key \"choices\" is missing"));
        return;
    }
    if (!yaml_is_sequence(reader, choices, "choices"))
        return;
    if (!choices->count)
        yaml_error(reader, choices, _("choices: expected at least one, found none"));
    for (size_t i = 0; i < choices->count; i++)
        read_choice(reader, choices->items[i], question);
}

/* The default as text, by the type's own kind of scalar: the same rules as for answers. */
static void read_default(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    const struct yaml_node *value = yaml_get(node, "default");
    if (!value)
        return;
    if (question->type == QUESTION_PASSWORD) {
        yaml_error(reader, value, _("default: a password can have none"));
        return;
    }
    question->fallback = read_answer(reader, value, "default", question);
    question->has_default = question->fallback != NULL;
    for (size_t i = 0; i < question->choice_count && question->fallback; i++)
        if (choice_is_gone(&question->choices[i]) && question_has(question, question->fallback, question->choices[i].value))
            yaml_error(reader, value, _("default: the choice \"%s\" is retired; expected one that can be chosen"), question->choices[i].value);
}

static void read_limit(const struct yaml_reader *reader, const struct yaml_node *node, const char *key,
                       const struct question *question, bool *has, int64_t *limit)
{
    const struct yaml_node *value = yaml_get(node, key);
    if (!value)
        return;
    bool counts = question->type == QUESTION_TEXT || question->type == QUESTION_PASSWORD || question->type == QUESTION_MULTI;
    if (!counts && question->type != QUESTION_INTEGER)
        yaml_error(reader, yaml_key(node, key), _("%s belongs to the types integer, text, password and multi, not to %s"), key,
                   question_type_name(question->type));
    else
        *has = yaml_integer(reader, value, key, counts ? 0 : INT64_MIN, INT64_MAX, limit);
}

static void read_type(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    const struct yaml_node *type = yaml_need(reader, node, "type");
    const char *text = NULL;
    const char *names[QUESTION_TYPE_COUNT];
    if (!type || !yaml_string(reader, type, "type", &text))
        return;
    for (int i = 0; i < QUESTION_TYPE_COUNT; i++) {
        names[i] = question_type_name((enum question_type)i);
        if (strcmp(names[i], text) == 0) {
            question->type = (enum question_type)i;
            return;
        }
    }
    read_unknown(reader, type, "type", text, names, QUESTION_TYPE_COUNT);
}

/* What must be confirmed is no value like others: nobody has it by default, and it stands in a place of its own in the answers. */
static void read_confirm(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    const struct yaml_node *value = yaml_get(node, "confirm");
    const char *text = NULL;
    if (!value || !yaml_string(reader, value, "confirm", &text))
        return;
    if (question->type != QUESTION_BOOLEAN || yaml_get(node, "default"))
        yaml_error(reader, yaml_key(node, "confirm"), _("confirm belongs to the type boolean without a default, not to %s%s"),
                   question_type_name(question->type), question->type == QUESTION_BOOLEAN ? _(" with one") : "");
    else if (!value_is_id(text))
        yaml_error(reader, value, _("confirm: expected a name of small letters, digits and -, found \"%s\""), text);
    else
        question->confirms = mem_strdup(text);
}

/* Whether its names mean something is checked once all questions are known. */
static void read_disjoint(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    if (!yaml_get(node, "disjoint"))
        return;
    if (question->type != QUESTION_CIDR && question->type != QUESTION_ADDRESS)
        yaml_error(reader, yaml_key(node, "disjoint"), _("disjoint belongs to the types cidr and address, not to %s"), question_type_name(question->type));
    else
        yaml_get_strings(reader, node, "disjoint", &question->disjoint);
}

void question_read(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question)
{
    static const char *const keys[] = {"key",  "label",   "help", "type", "default", "required", "choices",
                                       "when", "pattern", "min",  "max",  "multiline", "disjoint", "confirm", "more"};
    *question = (struct question){.line = node->line, .column = node->column};
    question->key = mem_strdup("");
    question->label = mem_strdup("");
    if (!yaml_check_keys(reader, node, _("a question"), keys, sizeof keys / sizeof *keys))
        return;
    read_name(reader, node, "key", value_is_key, _("a small letter, then small letters, digits and _, at most 40"), &question->key);
    read_needed_string(reader, node, "label", &question->label);
    yaml_get_string(reader, node, "help", &question->help);
    read_type(reader, node, question);
    read_choices(reader, node, question);
    read_limit(reader, node, "min", question, &question->has_min, &question->min);
    read_limit(reader, node, "max", question, &question->has_max, &question->max);
    if (question->has_min && question->has_max && question->min > question->max)
        yaml_error(reader, yaml_get(node, "max"), _("max: expected at least min (%lld), found %lld"), (long long)question->min,
                   (long long)question->max);
    yaml_get_boolean(reader, node, "multiline", &question->has_lines);
    if (question->has_lines && question->type != QUESTION_TEXT)
        yaml_error(reader, yaml_key(node, "multiline"), _("multiline belongs to the type text, not to %s"),
                   question_type_name(question->type));
    const struct yaml_node *pattern = yaml_get(node, "pattern");
    const char *text = NULL;
    struct err err = ERR_INIT;
    if (pattern && yaml_string(reader, pattern, "pattern", &text)) {
        if (value_check_pattern(text, &err))
            question->pattern = mem_strdup(text);
        else
            yaml_error(reader, pattern, "pattern: %s", err.text);
    }
    question->when = read_cond(reader, node, "when");
    read_disjoint(reader, node, question);
    yaml_get_boolean(reader, node, "more", &question->is_rare);
    read_confirm(reader, node, question);
    /* before the default, so that an empty one is judged by it */
    question->is_required = !yaml_get(node, "default");
    yaml_get_boolean(reader, node, "required", &question->is_required);
    read_default(reader, node, question);
}
