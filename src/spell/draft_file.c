/* Drafts and files: opening what can be read of an answers file, and writing what was typed, finished or not. */
#include "spell/draft_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/key_files.h"
#include "spell/yaml_write.h"

/* A scalar's text, or the items of a sequence of scalars with blanks between; "" for anything else. malloc'd. */
static char *text_of(const struct yaml_node *node)
{
    struct strv list = {0};
    if (node && node->kind == YAML_SCALAR)
        return mem_strdup(node->scalar == YAML_NULL ? "" : node->text);
    for (size_t i = 0; node && node->kind == YAML_SEQUENCE && i < node->count; i++)
        if (node->items[i]->kind == YAML_SCALAR)
            strv_add(&list, node->items[i]->text);
    char *text = strv_join(&list, " ");
    strv_done(&list);
    return text;
}

/* What a cell has of that; malloc'd. */
static char *cell_of(const struct yaml_node *map, enum draft_cell cell)
{
    const struct yaml_node *node = yaml_get(map, draft_cell_key(cell));
    if (cell != CELL_IDENTITY || !node)
        return text_of(node);
    struct strv files = {0};
    if (node->kind == YAML_SCALAR && node->scalar != YAML_NULL && *node->text)
        strv_add(&files, node->text);
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        if (node->items[i]->kind == YAML_SCALAR)
            strv_add(&files, node->items[i]->text);
    char *text = key_files_text(&files);
    strv_done(&files);
    return text;
}

static void open_hosts(struct draft *draft, const struct yaml_node *hosts)
{
    draft_group(draft); /* else each host would be remembered a thousand times */
    for (size_t i = 0; hosts && hosts->kind == YAML_SEQUENCE && i < hosts->count && i < ANSWERS_HOSTS_MAX; i++) {
        const struct yaml_node *map = hosts->items[i];
        if (map->kind != YAML_MAPPING || !draft_host_add(draft, draft_host_count(draft)))
            continue;
        size_t at = draft_host_count(draft) - 1;
        for (int c = 0; c < DRAFT_CELLS; c++) {
            char *text = cell_of(map, (enum draft_cell)c);
            draft_host_set(draft, at, (enum draft_cell)c, text);
            free(text);
        }
        const struct yaml_node *keys = yaml_get(map, "host_keys");
        for (size_t k = 0; keys && keys->kind == YAML_SEQUENCE && k < keys->count; k++)
            if (keys->items[k]->kind == YAML_SCALAR)
                draft_host_key(draft, at, keys->items[k]->text);
    }
    draft_group_end(draft);
}

static void open_pairs(const struct yaml_node *map, struct pairs *pairs)
{
    for (size_t i = 0; map && map->kind == YAML_MAPPING && i < map->count; i += 2) {
        char *text = text_of(map->items[i + 1]);
        pairs_set(pairs, map->items[i]->text, text);
        free(text);
    }
}

/* What a question of the spell asks for is that question's answer from now on; the rest is only kept. */
static void open_confirm(struct draft *draft, const char *id)
{
    for (size_t i = 0; draft->spell && i < draft->spell->question_count; i++) {
        const struct question *question = &draft->spell->questions[i];
        if (question->confirms && strcmp(question->confirms, id) == 0) {
            draft_set_value(draft, question->key, "true");
            return;
        }
    }
    draft_confirm(draft, id, true);
}

static const struct yaml_node *spell_node(const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_get(root, "spell");
    if (node && node->kind == YAML_MAPPING)
        node = yaml_get(node, "name");
    return node && node->kind == YAML_SCALAR ? node : NULL;
}

bool draft_open(struct draft *draft, const char *path, const struct spell *spell, struct err_list *errors)
{
    struct yaml *yaml = yaml_load(path, errors);
    if (!yaml)
        return false;
    if (yaml->root->kind != YAML_MAPPING) {
        err_list_addf(errors, path, yaml->root->line, yaml->root->column, _("expected a mapping with version, spell, topology and hosts"));
        yaml_tree_free(&yaml);
        return false;
    }
    const struct yaml_node *root = yaml->root, *ssh = yaml_get(root, "ssh"), *node = spell_node(root);
    char *topology = text_of(yaml_get(root, "topology")), *confirms = text_of(yaml_get(root, "confirm"));
    draft->spell_name = node ? mem_strdup(node->text) : NULL;
    draft_set_topology(draft, topology);
    draft_set_spell(draft, spell);
    if (yaml_get(root, "name")) {
        char *name = text_of(yaml_get(root, "name"));
        draft_set_name(draft, name);
        free(name);
    }
    open_hosts(draft, yaml_get(root, "hosts"));
    for (int c = CELL_USER; c < DRAFT_CELLS; c++) {
        char *text = cell_of(ssh, (enum draft_cell)c);
        draft_set_ssh(draft, (enum draft_cell)c, text);
        free(text);
    }
    open_pairs(yaml_get(root, "answers"), &draft->values);
    open_pairs(yaml_get(root, "accept"), &draft->accepts);
    open_pairs(yaml_get(root, "secrets"), &draft->secrets);
    for (const char *p = confirms; *p;) {
        size_t n = strcspn(p, " ");
        char *word = mem_strndup(p, n);
        if (n)
            open_confirm(draft, word);
        free(word);
        p += n + (p[n] == ' ');
    }
    draft_undo_forget(draft);
    free(topology);
    free(confirms);
    yaml_tree_free(&yaml);
    return true;
}

char *draft_spell_of(const char *path)
{
    struct err_list errors = {0};
    struct yaml *yaml = yaml_load(path, &errors);
    const struct yaml_node *node = yaml ? spell_node(yaml->root) : NULL;
    char *name = node ? mem_strdup(node->text) : NULL;
    yaml_tree_free(&yaml);
    err_list_done(&errors);
    return name;
}

bool draft_save(const struct draft *draft, const char *path, struct err *err)
{
    struct judgement judgement;
    bool ok;
    draft_judge(draft, &judgement);
    if (judgement.is_valid) {
        ok = answers_save(judgement.answers, draft->spell, path, err);
    } else {
        struct buf text, all;
        struct yaml_node *root = draft_tree(draft, NULL);
        buf_init(&text, YAML_BYTES_MAX - 1024);
        buf_init(&all, YAML_BYTES_MAX);
        buf_adds(&all, "# Answers for kwiz, not finished; see kwiz-answers(5). Secrets stand here only as references.\n");
        ok = yaml_write(root, &text, err) && buf_add(&all, buf_text(&text), text.len) && file_write(path, buf_text(&all), all.len, 0600, err);
        yaml_node_free(&root);
        buf_done(&text);
        buf_done(&all);
    }
    judgement_done(&judgement);
    return ok;
}
