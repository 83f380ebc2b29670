/* Fuzzer of the YAML reader: no input may crash it, hang it, or make a tree that breaks what yaml.h promises. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "spell/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct yaml_node *node, unsigned depth)
{
    if (depth > YAML_DEPTH_MAX + 1 || !node->line || !node->column)
        abort();
    if (node->kind == YAML_SCALAR && (!node->text || node->count || !utf8_valid(node->text, strlen(node->text))))
        abort();
    if (node->kind == YAML_MAPPING && node->count % 2)
        abort();
    for (size_t i = 0; i < node->count; i++)
        check(node->items[i], depth + 1);
    char *found = yaml_found(node);
    if (strpbrk(found, "\033\r\n"))
        abort();
    free(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err_list errors = {0};
    struct yaml *yaml = yaml_parse("f", (const char *)data, size, &errors);
    if ((yaml == NULL) != (errors.count > 0))
        abort();
    if (yaml)
        check(yaml->root, 1);
    for (size_t i = 0; i < errors.count; i++)
        if (strpbrk(errors.items[i].text, "\033\r\n"))
            abort();
    yaml_tree_free(&yaml);
    err_list_done(&errors);
    return 0;
}
