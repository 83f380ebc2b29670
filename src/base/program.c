#include "base/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

char *program_folder(void)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    char *slash = n > 0 ? (exe[n] = '\0', strrchr(exe, '/')) : NULL;
    if (!slash)
        return NULL;
    *slash = '\0';
    return mem_strdup(exe);
}

bool program_is_in_build_tree(const char *folder)
{
    char *status = mem_printf("%s/config.status", folder);
    bool is = access(status, F_OK) == 0;
    free(status);
    return is;
}

char *program_share(const char *folder)
{
    size_t len = strlen(folder);
    return len >= 4 && strcmp(folder + len - 4, "/bin") == 0 ? mem_printf("%.*s/share", (int)(len - 4), folder) : NULL;
}

char *program_locales(void)
{
    char *folder = program_folder(), *share = folder ? program_share(folder) : NULL, *path = NULL;
    if (folder && program_is_in_build_tree(folder))
        path = mem_printf("%s/locale", folder);
    else if (share)
        path = mem_printf("%s/locale", share);
    if (!path || access(path, F_OK) != 0) {
        free(path);
        path = mem_strdup(LOCALEDIR);
    }
    free(share);
    free(folder);
    return path;
}
