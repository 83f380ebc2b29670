#include "spell/host_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers_parts.h"
#include "spell/range.h"

#define UNKNOWN_ROLE "-" /* no name of a role: those of topologies are labels */

static struct yaml_node *node_new(enum yaml_kind kind, const char *text, size_t len, unsigned line,
                                  unsigned column)
{
    struct yaml_node *node = mem_new(1, sizeof *node);
    node->kind = kind;
    node->line = line;
    node->column = column;
    if (kind == YAML_SCALAR)
        node->text = mem_strndup(text, len);
    return node;
}

static void node_add(struct yaml_node *to, struct yaml_node *item)
{
    to->items = mem_grow(to->items, to->count + 1, sizeof *to->items);
    to->items[to->count++] = item;
}

/* The role of a host that has none yet: a rule of answers files, but what is imported is looked through by
 * the operator first. */
static struct yaml_node *no_roles(const struct topology *topology, const struct host_word *word)
{
    struct yaml_node *list = node_new(YAML_SEQUENCE, NULL, 0, word->line, word->column);
    const char *name = topology && topology->role_count ? topology->roles[0].name : UNKNOWN_ROLE;
    node_add(list, node_new(YAML_SCALAR, name, strlen(name), word->line, word->column));
    return list;
}

/* Several in one word, with these characters between. */
static struct yaml_node *list_node(const struct host_word *word, const char *between)
{
    struct yaml_node *list = node_new(YAML_SEQUENCE, NULL, 0, word->line, word->column);
    for (const char *p = word->text; *p;) {
        size_t n = strcspn(p, between);
        if (n)
            node_add(list, node_new(YAML_SCALAR, p, n, word->line,
                                    word->column + range_columns(word->text, (size_t)(p - word->text))));
        p += n + (p[n] != '\0');
    }
    return list;
}

static struct yaml_node *word_node(const struct host_word *word)
{
    if (strcmp(word->key, "roles") == 0)
        return list_node(word, ", ");
    if (strcmp(word->key, "identity") == 0 && strchr(word->text, '\n'))
        return list_node(word, "\n");
    size_t len = strlen(word->text);
    struct yaml_node *node = node_new(YAML_SCALAR, word->text, len, word->line, word->column);
    if (strcmp(word->key, "port") == 0 && len && len <= 18 && strspn(word->text, "0123456789") == len)
        node->scalar = YAML_INTEGER;
    return node;
}

bool host_words_read(const struct yaml_reader *reader, const struct host_word *words, size_t count,
                     const struct spell *spell, const struct topology *topology, struct fleet *fleet)
{
    struct yaml yaml = {.root = node_new(YAML_MAPPING, NULL, 0, words[0].line, words[0].column)},
                *tree = mem_new(1, sizeof *tree);
    bool has_roles = false;
    size_t errors = reader->errors->count + reader->errors->dropped;
    *tree = yaml;
    for (size_t i = 0; i < count; i++) {
        const struct host_word *word = &words[i];
        if (!word->text)
            continue;
        has_roles |= strcmp(word->key, "roles") == 0;
        node_add(tree->root, node_new(YAML_SCALAR, word->key, strlen(word->key), word->line, word->column));
        node_add(tree->root, word_node(word));
    }
    if (!has_roles) {
        node_add(tree->root, node_new(YAML_SCALAR, "roles", 5, words[0].line, words[0].column));
        node_add(tree->root, no_roles(topology, &words[0]));
    }
    answers_read_host(reader, tree->root, spell, topology, fleet);
    yaml_tree_free(&tree);
    struct host *host = &fleet->items[fleet->count - 1];
    if (!has_roles)
        strv_done(&host->roles);
    if (reader->errors->count + reader->errors->dropped == errors)
        return true;
    host_done(host);
    fleet->count--;
    return false;
}
