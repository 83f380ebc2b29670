#include "tests/facts/verdicts_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "spell/yaml.h"

#define TABLE_MAX ((size_t)256 * 1024)
#define FACTS_SHOWN 4

static const char *text_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node && node->kind == YAML_SCALAR ? node->text : "";
}

/* A bar would end the cell. */
static void add(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_addf(out, "%s%c", *text == '|' ? "\\" : "", *text == '\n' ? ' ' : *text);
}

static void add_list(struct buf *out, const struct yaml_node *node, size_t most)
{
    if (node->kind == YAML_SCALAR) {
        add(out, node->text);
        return;
    }
    for (size_t i = 0; i < node->count && i < most; i++) {
        add(out, i ? ", " : "");
        add(out, node->items[i]->text);
    }
    if (node->count > most)
        buf_addf(out, " and %zu more", node->count - most);
}

static void add_operand(struct buf *out, const struct yaml_node *node)
{
    if (node->kind != YAML_MAPPING) {
        add_list(out, node, 20);
    } else if (yaml_get(node, "answer")) {
        buf_addf(out, "the answer %s", text_of(node, "answer"));
    } else {
        buf_addf(out, "`%s` of %s", text_of(node, "column"), text_of(node, "table"));
    }
}

static void add_rule(struct buf *out, const struct yaml_node *rule)
{
    static const struct {
        const char *key, *words;
    } operators[] = {{"is", " is "}, {"not", " is not "}, {"contains", " contains "}, {"at_least", " at least "}, {"at_most", " at most "}};
    bool has = false;
    add(out, "`");
    add_list(out, yaml_get(rule, "fact"), FACTS_SHOWN);
    add(out, "`");
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        const struct yaml_node *node = yaml_get(rule, operators[i].key);
        if (!node)
            continue;
        add(out, has ? "," : "");
        add(out, operators[i].words);
        add_operand(out, node);
        has = true;
    }
    if (yaml_get(rule, "absent") && !has)
        add(out, strcmp(text_of(rule, "absent"), "true") == 0 ? " absent" : " there");
    else if (yaml_get(rule, "absent"))
        add(out, strcmp(text_of(rule, "absent"), "true") == 0 ? ", or absent" : ", and there");
}

static void add_where(struct buf *out, const struct yaml_node *where)
{
    size_t count = where && where->kind == YAML_SEQUENCE ? where->count : where ? 1 : 0;
    for (size_t i = 0; i < count; i++) {
        add(out, i ? " and " : ", where ");
        add_rule(out, where->kind == YAML_SEQUENCE ? where->items[i] : where);
    }
}

static void add_tests(struct buf *out, const struct yaml_node *requirement, const struct yaml_node *tests)
{
    const char *level = text_of(requirement, "level");
    for (size_t i = 0; i < tests->count; i++) {
        const struct yaml_node *test = tests->items[i];
        const char *own = text_of(test, "level"), *of = *own ? own : *level ? level : "fail";
        buf_addf(out, "%s%s: ", i ? "<br>" : "", of);
        add_rule(out, test);
        add_where(out, yaml_get(test, "where"));
        if (*text_of(test, "when")) {
            add(out, "; when ");
            add(out, text_of(test, "when"));
        }
    }
}

/* Of amounts, less than the number is bad; of what takes time, more. unit: where the number has none. */
static void add_numbers(struct buf *out, const struct yaml_node *requirement, const char *measure, const char *key)
{
    static const struct {
        const char *measure, *unit;
    } times[] = {{"fsync", " ms (99 of 100 writes)"}, {"latency", " ms"}, {"clock", ""}};
    const struct yaml_node *node = yaml_get(requirement, key);
    const char *than = "below", *unit = "";
    if (!node)
        return;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(measure, times[i].measure) == 0) {
            than = "above";
            unit = times[i].unit;
        }
    buf_addf(out, "%s %s ", key, than);
    if (node->kind == YAML_SCALAR)
        add(out, node->text);
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->count; i += 2)
        buf_addf(out, "%s%s (%s)", i ? ", " : "", node->items[i + 1]->text, node->items[i]->text);
    buf_addf(out, "%s<br>", unit);
}

/* The step that sees to it during a run, and the script that does before. */
static void add_menders(struct buf *out, const struct yaml_node *requirement)
{
    const char *fix = text_of(requirement, "fix"), *mend = text_of(requirement, "mend");
    buf_addf(out, " | %s%s%s |\n", fix, *fix && *mend ? ", " : "", mend);
}

/* Which ports of which hosts others must reach. */
static void add_reach(struct buf *out, const struct yaml_node *requirement)
{
    const struct yaml_node *list = yaml_get(requirement, "reach");
    const char *protocol = text_of(requirement, "protocol");
    for (size_t i = 0; list && i < list->count; i++) {
        const struct yaml_node *entry = list->items[i];
        buf_addf(out, "%s%s ", i ? "; " : ", ", *protocol ? protocol : "tcp");
        add_list(out, yaml_get(entry, "ports"), 20);
        buf_addf(out, " of %s from %s", text_of(entry, "to"), text_of(entry, "from"));
        if (*text_of(entry, "when"))
            buf_addf(out, " when %s", text_of(entry, "when"));
    }
}

static void add_check(struct buf *out, const struct yaml_node *requirement)
{
    const struct yaml_node *tests = yaml_get(requirement, "tests"), *ports = yaml_get(requirement, "ports"), *paths = yaml_get(requirement, "paths");
    const char *measure = text_of(requirement, "measure"), *level = text_of(requirement, "level");
    buf_addf(out, "| `%s` | ", text_of(requirement, "id"));
    add(out, text_of(requirement, "title"));
    buf_adds(out, " | ");
    if (tests && tests->kind == YAML_SEQUENCE) {
        add_tests(out, requirement, tests);
    } else {
        add_numbers(out, requirement, *measure ? measure : text_of(requirement, "id"), "fail");
        add_numbers(out, requirement, *measure ? measure : text_of(requirement, "id"), "warn");
        if (*level || (!yaml_get(requirement, "fail") && !yaml_get(requirement, "warn")))
            buf_addf(out, "%s: ", *level ? level : "fail");
        buf_addf(out, "measure `%s`", *measure ? measure : text_of(requirement, "id"));
    }
    for (size_t i = 0; ports && ports->kind == YAML_MAPPING && i < ports->count; i += 2) {
        buf_addf(out, "%s%s: ", i ? "; " : ", ", ports->items[i]->text);
        add_list(out, ports->items[i + 1], 20);
    }
    add_reach(out, requirement);
    if (*text_of(requirement, "when"))
        buf_addf(out, "; when %s", text_of(requirement, "when"));
    if (paths) {
        add(out, ": ");
        add_list(out, paths, 20);
    }
    buf_adds(out, " | ");
    add(out, text_of(requirement, "source"));
    add_menders(out, requirement);
}

char *verdicts_table(const char *path)
{
    struct err_list errors = {0};
    struct buf out;
    struct yaml *yaml = yaml_load(path, &errors);
    const struct yaml_node *list = yaml ? yaml_get(yaml->root, "requirements") : NULL;
    if (!list || list->kind != YAML_SEQUENCE) {
        fprintf(stderr, "verdicts: %s has no requirements\n", path);
        exit(2);
    }
    buf_init(&out, TABLE_MAX);
    buf_adds(&out, "| check | what | wanted | source | mended by |\n| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < list->count; i++)
        add_check(&out, list->items[i]);
    yaml_tree_free(&yaml);
    return buf_take(&out);
}
