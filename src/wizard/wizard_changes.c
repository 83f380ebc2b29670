/* What differs from the newest run of the same cluster. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/yaml.h"

static char *shown(const struct yaml_node *node)
{
    struct strv list = {0};
    if (!node)
        return mem_strdup(_("nothing"));
    if (node->kind == YAML_SCALAR)
        return *node->text ? mem_strdup(node->text) : mem_strdup("\"\"");
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        if (node->items[i]->kind == YAML_SCALAR)
            strv_add(&list, node->items[i]->text);
    char *text = strv_join(&list, " ");
    strv_done(&list);
    return text;
}

static void compare(const char *key, const struct yaml_node *now, const struct yaml_node *then, struct strv *lines)
{
    char *a = shown(now), *b = shown(then);
    if (strcmp(a, b) != 0) {
        char *line = mem_printf(_("%s: %.60s, was %.60s"), key, a, b);
        strv_add(lines, line);
        free(line);
    }
    free(a);
    free(b);
}

static void compare_maps(const struct yaml_node *now, const struct yaml_node *then, struct strv *lines)
{
    for (size_t i = 0; now && now->kind == YAML_MAPPING && i < now->count; i += 2)
        compare(now->items[i]->text, now->items[i + 1], yaml_get(then, now->items[i]->text), lines);
    for (size_t i = 0; then && then->kind == YAML_MAPPING && i < then->count; i += 2)
        if (!yaml_get(now, then->items[i]->text))
            compare(then->items[i]->text, NULL, then->items[i + 1], lines);
}

static const struct yaml_node *host_named(const struct yaml_node *root, const char *name)
{
    const struct yaml_node *hosts = yaml_get(root, "hosts");
    for (size_t i = 0; hosts && hosts->kind == YAML_SEQUENCE && i < hosts->count; i++) {
        const struct yaml_node *its = yaml_get(hosts->items[i], "name");
        if (its && its->kind == YAML_SCALAR && strcmp(its->text, name) == 0)
            return hosts->items[i];
    }
    return NULL;
}

static void add_line(struct strv *lines, const char *format, const char *name)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    char *line = mem_printf(format, name);
#pragma GCC diagnostic pop
    strv_add(lines, line);
    free(line);
}

static void compare_hosts(const struct yaml_node *now, const struct yaml_node *then, struct strv *lines)
{
    static const char *const keys[] = {"address", "roles", "user", "port", "jump"};
    const struct yaml_node *lists[2] = {yaml_get(now, "hosts"), yaml_get(then, "hosts")};
    for (size_t i = 0; lists[0] && i < lists[0]->count; i++) {
        const char *name = yaml_get(lists[0]->items[i], "name")->text;
        const struct yaml_node *before = host_named(then, name);
        if (!before)
            add_line(lines, _("%s: new host"), name);
        for (size_t k = 0; before && k < sizeof keys / sizeof *keys; k++) {
            char *key = mem_printf("%s %s", name, keys[k]);
            compare(key, yaml_get(lists[0]->items[i], keys[k]), yaml_get(before, keys[k]), lines);
            free(key);
        }
    }
    for (size_t i = 0; lists[1] && lists[1]->kind == YAML_SEQUENCE && i < lists[1]->count; i++) {
        const struct yaml_node *name = yaml_get(lists[1]->items[i], "name");
        if (name && name->kind == YAML_SCALAR && !host_named(now, name->text))
            add_line(lines, _("%s: not among the hosts any more"), name->text);
    }
}

static char *answers_of(const struct run_meta *meta)
{
    struct rundir dir = {0};
    char *path = rundir_open(&dir, meta->id, NULL) ? rundir_path(&dir, "answers.yaml") : NULL;
    rundir_done(&dir);
    return path;
}

void wizard_changes(struct wizard *w, char **run, struct strv *lines)
{
    const struct judgement *j = wizard_judgement(w);
    const struct run_meta *meta = NULL;
    *run = NULL;
    if (!j->is_valid)
        return;
    for (size_t i = 0; i < wizard_run_count(w) && !meta; i++)
        if (w->runs[i].cluster && w->runs[i].spell && strcmp(w->runs[i].cluster, draft_name(w->draft)) == 0 &&
            strcmp(w->runs[i].spell, draft_spell(w->draft)->name) == 0)
            meta = &w->runs[i];
    char *path = meta ? answers_of(meta) : NULL;
    struct err_list ignored = {0};
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX);
    answers_text(j->answers, draft_spell(w->draft), &text);
    struct yaml *then = path ? yaml_load(path, &ignored) : NULL, *now = then ? yaml_parse("", buf_text(&text), text.len, &ignored) : NULL;
    if (now && then) {
        *run = mem_strdup(meta->id);
        compare("topology", yaml_get(now->root, "topology"), yaml_get(then->root, "topology"), lines);
        compare_hosts(now->root, then->root, lines);
        compare_maps(yaml_get(now->root, "answers"), yaml_get(then->root, "answers"), lines);
        const struct yaml_node *a = yaml_get(yaml_get(now->root, "spell"), "digest"), *b = yaml_get(yaml_get(then->root, "spell"), "digest");
        if (a && b && strcmp(a->text, b->text) != 0)
            strv_add(lines, _("the spell itself has changed"));
    }
    yaml_tree_free(&now);
    yaml_tree_free(&then);
    err_list_done(&ignored);
    buf_done(&text);
    free(path);
}
