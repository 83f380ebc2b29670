#include "spell/runtimes_found.h"

#include <string.h>

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcmp(text + len - n, end) == 0;
}

static bool has_socket(const struct facts *facts, const char *end)
{
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].key, "runtime") == 0 && ends_in(facts->items[i].value, end))
            return true;
    return false;
}

void runtimes_found(const struct facts *facts, struct strv *names)
{
    bool has_docker = has_socket(facts, "/docker.sock");
    if (has_socket(facts, "/containerd.sock") && !has_docker)
        strv_add(names, "containerd");
    if (has_docker)
        strv_add(names, "docker");
    if (has_socket(facts, "/crio.sock"))
        strv_add(names, "crio");
}

bool runtime_several(const struct facts *facts, struct strv *names)
{
    struct strv found = {0};
    runtimes_found(facts, &found);
    for (size_t i = 0; names && i < found.count; i++)
        strv_add(names, found.items[i]);
    bool has_several = found.count > 1;
    strv_done(&found);
    return has_several;
}
